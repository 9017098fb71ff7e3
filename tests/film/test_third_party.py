"""The example of docs/backends.md: installed as a package would be, and shot with."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import script2movie
from script2movie.cli import main
from script2movie.movie import Movie
from script2movie.screenplay import save_plan

from .conftest import small_movie

PAGE = Path(script2movie.__file__).parent.parent / "docs" / "backends.md"


@pytest.fixture
def papercut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's code as an installed distribution: a module and its entry point."""
    if not PAGE.exists():
        pytest.skip("installed without its docs")
    blocks = dict(re.findall(r"```(python|toml)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    assert blocks["python"].count("\n") < 60
    home = tmp_path / "installed"
    about = home / "papercut-1.0.dist-info"
    about.mkdir(parents=True)
    (home / "papercut.py").write_text(blocks["python"], encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: papercut\nVersion: 1.0\n")
    group, entry = re.findall(r'"(script2movie\.\w+)"\]\n(.*)', blocks["toml"])[0]
    (about / "entry_points.txt").write_text(f"[{group}]\n{entry.replace(chr(34), '')}\n")
    monkeypatch.syspath_prepend(str(home))


def three_shots() -> Movie:
    """One scene of three silent shots."""
    scene = small_movie().scenes[0]
    first, second = (replace(shot, dialogue=(), duration=0.25) for shot in scene.shots)
    third = replace(first, id="s01_sh003")
    return replace(small_movie(), scenes=(replace(scene, shots=(first, second, third)),))


def test_a_storyboard_of_another_package_shoots_a_film_and_redraws_what_looks_at_an_edit(
    papercut: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backends", "storyboard"]) == 0
    assert re.search(r"papercut\s+from papercut", capsys.readouterr().out)
    plan, out = tmp_path / "plan.json", tmp_path / "out" / "film.mp4"

    def drawn(movie: Movie, *more: str) -> int:
        """How many keyframes a run draws."""
        save_plan(movie, plan)
        cache = out.parent / ".script2movie" / "draw"
        before = len(list(cache.glob("*.keyframe")))
        code = main(
            ["shoot", str(plan), "--out", str(out), "--storyboard", "papercut", "--no-report",
             "--size", "320x180", "--fps", "8", "--no-music", "--no-cards", "--json", *more]
        )  # fmt: skip
        said = capsys.readouterr()
        assert code == 0, said.err
        assert json.loads(said.out)["shots"]
        return len(list(cache.glob("*.keyframe"))) - before

    movie = three_shots()
    scene = movie.scenes[0]

    def edited(number: int) -> Movie:
        shots = list(scene.shots)
        shots[number] = replace(shots[number], plot="Something else.")
        return replace(movie, scenes=(replace(scene, shots=tuple(shots)),))

    assert drawn(movie) == 3
    assert drawn(edited(2)) == 1  # nobody looks at the last
    assert drawn(edited(1)) == 2  # the third looks at it
    assert drawn(edited(0)) == 3
    assert drawn(movie, "--option", "storyboard.hue=120") == 3
    # One shot alone is drawn with the shots that it looks at, and no more.
    assert drawn(movie, "--seed", "7", "--only", "s01_sh002") == 2
