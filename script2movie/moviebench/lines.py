"""What is said in shots, from a film's subtitles: `<movie>.srt`, times of the whole film.

A line may begin with who says it, as in 'JUNO: It was a chair.'. Knows no sound.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from script2movie.annotations.shots import ShotId, Span
from script2movie.errors import DatasetError
from script2movie.moviebench.dataset import Film
from script2movie.names import one_key

__all__ = ["SpokenLine", "lines_of_films", "lines_of_shot", "read_subtitles", "subtitle_files"]

_TIMES = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3})\s*-->\s*(\d+):(\d\d):(\d\d)[,.](\d{3}).*")
_MARKUP = re.compile(r"</?[^>]{1,30}>|\{\\[^}]*\}|\[[^\]]*\]|\([^)]*\)|♪")
_SPEAKER = re.compile(r"\s*-?\s*(?P<who>[^\W\d_][\w .'’-]{0,40}?)\s*:\s+(?P<text>\S.*)", re.DOTALL)


@dataclass(frozen=True)
class SpokenLine:
    """One subtitle: when, who ('' where it does not say), and what; sounds and markup left out."""

    span: Span
    speaker: str
    text: str


def read_subtitles(path: Path) -> tuple[SpokenLine, ...]:
    """A SubRip file. Raises DatasetError for one that is no such file."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read as subtitles in UTF-8: {error}") from None
    lines = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        rows = block.splitlines()
        at = next((n for n, row in enumerate(rows) if "-->" in row), None)
        match = _TIMES.fullmatch(rows[at].strip()) if at is not None else None
        if at is None or match is None:
            raise DatasetError(
                f"{path}: {rows[0][:40]!r} is no subtitle: it needs a line such as "
                "00:01:02,500 --> 00:01:04,000"
            )
        numbers = [int(group) for group in match.groups()]
        start, end = (
            ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
            for hours, minutes, seconds, thousandths in (numbers[:4], numbers[4:])
        )
        said = " ".join(_MARKUP.sub(" ", " ".join(rows[at + 1 :])).split())
        who = _SPEAKER.fullmatch(said)
        speaker, words = (who["who"], who["text"]) if who else ("", said)
        if words:
            lines.append(SpokenLine(Span(start, end), speaker, words))
    return tuple(lines)


def lines_of_shot(lines: Sequence[SpokenLine], span: Span) -> tuple[SpokenLine, ...]:
    """The lines whose middle lies in a shot: each line belongs to one shot or to none."""
    return tuple(
        line for line in lines if span.start <= (line.span.start + line.span.end) / 2 < span.end
    )


def subtitle_files(folder: Path, films: Sequence[Film]) -> Mapping[Film, Path]:
    """The subtitles in `folder` of those films that have some.

    Raises DatasetError where none of them has.
    """
    try:
        files = {one_key(path.stem): path for path in folder.iterdir() if path.suffix == ".srt"}
    except OSError as error:
        raise DatasetError(f"{folder} cannot be read: {error.strerror}") from None
    found = {film: files[film.name] for film in films if film.name in files}
    if not found:
        raise DatasetError(f"{folder} holds subtitles of none of these films: <movie>.srt")
    return found


def lines_of_films(folder: Path, films: Sequence[Film]) -> Mapping[ShotId, str]:
    """The words of every shot of the films that have subtitles in `folder`.

    Raises DatasetError where none of them has.
    """
    said = {}
    for film, path in subtitle_files(folder, films).items():
        lines = read_subtitles(path)
        for shot in film.shots:
            said[shot] = " ".join(line.text for line in lines_of_shot(lines, shot.span))
    return said
