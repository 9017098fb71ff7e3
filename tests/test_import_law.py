"""Who may import whom. The architecture is this table; an arrow that points up is a failure."""

import ast
from pathlib import Path

import script2movie

PACKAGE = Path(script2movie.__file__).parent
STAGE_ROOMS = {"planner", "storyboard", "animate", "audio"}
FOR_STAGES = {"movie", "screenplay", "stages", "media", "perception", "weights", "errors"}
USES_MODELS = STAGE_ROOMS - {"planner"}
LAW: dict[str, set[str]] = {
    "errors": set(),
    "names": set(),
    "movie": set(),
    "settings": {"errors"},
    "weights": {"errors"},
    "cache": {"errors"},
    "stages": {"movie"},
    "timing": {"movie", "stages"},
    "annotations": {"names", "errors"},
    "screenplay": {"annotations", "names", "movie", "errors"},
    "media": {"stages", "errors"},
    "perception": {"weights", "media", "errors"},
    "bank": {"names", "movie", "perception", "errors"},
    "generative": {"movie", "stages", "media", "perception", "weights", "errors"},
    **dict.fromkeys(STAGE_ROOMS, FOR_STAGES),
    **{room: {*FOR_STAGES, "generative"} for room in USES_MODELS},
    "subtitles": {"movie", "stages", "timeline", "errors"},
    "timeline": {"movie", "stages", "errors"},
    "backends": {"stages", "settings", "errors"},
    "report": {"movie", "stages", "timing", "perception", "media", "timeline", "errors"},
    "pipeline": {
        *("movie", "stages", "settings", "backends", "cache", "media", "timing"),
        *("subtitles", "timeline", "report", "errors"),
    },
    "moviebench": {
        *("movie", "bank", "media", "perception", "settings", "errors", "pipeline", "report"),
        *("annotations", "names", "weights"),
    },
    "cli": {
        *("pipeline", "screenplay", "bank", "backends", "weights", "settings", "report"),
        *("cache", "media", "movie", "stages", "errors", "moviebench", "annotations", "studio"),
    },
    "studio": {
        *("pipeline", "screenplay", "bank", "backends", "weights", "settings", "report"),
        *("movie", "names", "errors"),
    },
    "__main__": {"cli"},
}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names = [node.module or ""]
            if node.module == "script2movie":
                names = [f"script2movie.{alias.name}" for alias in node.names]
        else:
            continue
        rooms |= {name.split(".")[1] for name in names if name.startswith("script2movie.")}
    return rooms - {room(path), "__version__"}


def sources() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def test_no_arrow_points_up() -> None:
    for path in sources():
        allowed = LAW[room(path)]
        extra = imported_rooms(path) - allowed
        assert not extra, f"{path.relative_to(PACKAGE)} must not import {sorted(extra)}"


def test_backends_name_stage_modules_only_as_strings() -> None:
    assert not imported_rooms(PACKAGE / "backends.py") & STAGE_ROOMS


def test_only_cards_import_moviepy() -> None:
    users = [path.name for path in sources() if "moviepy import" in path.read_text("utf-8")]
    assert users == ["cards.py"]


def test_no_file_is_over_400_lines() -> None:
    root = PACKAGE.parent
    folders = ("script2movie", "tests", "benchmarks", "tools", "assets", "examples")
    long = {
        str(path.relative_to(root)): count
        for folder in folders
        for path in (root / folder).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
