"""The files of a project that a browser may have, and no other. Knows no HTTP."""

import re
import secrets
import zipfile
from pathlib import Path

from script2movie.errors import StudioError, writing
from script2movie.screenplay import convert
from script2movie.studio.projects import Project

__all__ = ["DOWNLOADS", "SCREENPLAYS", "ZIPPED", "address", "served"]

SERVED = re.compile(
    r"plan\.(json|fountain|fdx)|story\.(md|fountain)"
    r"|cast/[^/]+/(portrait-\d+\.(jpg|png)|voice\.flac)"
    r"|audition/[^/]+/(cutout\.png|line\.wav)"
    r"|out/(film\.(mp4|srt|vtt|otio)|report\.(html|json)|(voices|stems)\.zip)"
    r"|out/storyboard/[\w]+\.png|out/clips/[\w]+\.mp4|out/voices/[\w]+\.wav"
)
SCREENPLAYS = {"plan.fountain": "Fountain", "plan.fdx": "Final Draft"}  # made when asked for
ZIPPED = {"out/voices.zip", "out/stems.zip"}  # of a folder, made when asked for
DOWNLOADS = {
    "out/film.mp4": "Film (MP4)",
    "out/film.srt": "Subtitles (SRT)",
    "out/film.vtt": "Subtitles with word times (VTT)",
    "out/voices.zip": "Voices, a file a line (ZIP)",
    "out/stems.zip": "Stems (ZIP)",
    "out/film.otio": "The cut for an editor (OTIO)",
    "out/report.html": "Report (HTML)",
    "out/report.json": "Report (JSON)",
    "plan.json": "Plan (JSON)",
}


def served(project: Project, name: str) -> Path:
    """The file by its name in the project.

    Raises:
        StudioError: it is none of those that are served, leads outside, or is not there.
    """
    path = project.folder / name
    if not SERVED.fullmatch(name) or any(part in {"", ".", ".."} for part in name.split("/")):
        raise StudioError("There is no such file.")
    if name in ZIPPED:
        _zip(project.folder / name)
    if name in SCREENPLAYS and project.plan.is_file():
        with project.lock, writing(path):
            convert(project.plan, path)
    if path.resolve() != project.folder.resolve() / name or not path.is_file():
        raise StudioError("There is no such file.")
    return path


def address(project: Project, path: Path) -> str:
    """Where a browser finds a file of the project; a new one where the file is."""
    from urllib.parse import quote

    stamp = path.stat().st_mtime_ns
    name = quote(path.relative_to(project.folder).as_posix())
    return f"films/{project.id}/{name}?v={stamp:x}"


def _zip(path: Path) -> None:
    """The WAVs of a folder in one file, made again where one of them is newer."""
    sounds = sorted(path.with_suffix("").glob("*.wav"))
    newest = max((sound.stat().st_mtime for sound in sounds), default=0.0)
    if not sounds or (path.exists() and path.stat().st_mtime >= newest):
        return
    with writing(path):
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for sound in sounds:
                archive.write(sound, sound.name)
        draft.replace(path)
