"""What is said in a film, as words on its screen: SubRip and WebVTT.

A cue is at most two lines of 42 characters, ends where a clause ends if it can, stays 0.8 s
where the next one lets it, and is never more than 0.1 s off its words otherwise. Knows when words
are said; knows nothing of pictures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from pathlib import Path

from script2movie.errors import writing
from script2movie.movie import NARRATOR, Line
from script2movie.stages import Word
from script2movie.timeline import Clip

__all__ = ["Subtitle", "subtitles", "write_srt", "write_vtt"]

MAX_LINE = 42  # characters
MAX_LINES = 2
MIN_DURATION = 0.8  # seconds that a short cue stays where there is room
MAX_DURATION = 6.0  # seconds a cue lasts before a split is worth it
SLACK = 0.1  # seconds a cue may be off its words
PAUSE = 0.5  # seconds of silence between two words that always end a cue


@dataclass(frozen=True)
class Subtitle:
    """One cue: `lines` of words with their times in the film, seconds from its first frame.

    `label` is the name that stands before the words: that of a voice from off screen, else ''.
    """

    id: str
    speaker: str
    start: float
    end: float
    lines: tuple[tuple[Word, ...], ...]
    label: str = ""
    italic: bool = False


def subtitles(clips: Iterable[Clip]) -> tuple[Subtitle, ...]:
    """The cues of a film, in order, none overlapping another."""
    cues: list[Subtitle] = []
    for clip in clips:
        number = 0
        for utterance in clip.speech.utterances:
            start = clip.start + utterance.start
            words = [
                Word(piece, start + word.start, start + word.end)
                for word in utterance.speech.words
                for piece in _fitting(word.text)
            ]
            line = utterance.line
            label = f"{line.character.upper()}: " if _is_voice_over(line) else ""
            if len(label) > MAX_LINE // 2:
                label = ""
            for first, lines in enumerate(_split(words, len(label))):
                number += 1
                cues.append(
                    Subtitle(
                        id=f"{clip.shot_id}-{number}",
                        speaker=line.character,
                        start=lines[0][0].start,
                        end=lines[-1][-1].end,
                        lines=lines,
                        label="" if first else label,
                        italic=line.character == NARRATOR,
                    )
                )
    return _spaced(sorted(cues, key=lambda cue: cue.start))


def write_srt(clips: Iterable[Clip], path: Path) -> None:
    """SubRip: the narrator in italics, a voice from off screen by its name.

    Raises `OutputError` where `path` cannot be written.
    """
    blocks = []
    for number, cue in enumerate(subtitles(clips), 1):
        lines = [" ".join(word.text for word in line) for line in cue.lines]
        text = cue.label + "\n".join(lines)
        times = f"{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}"
        blocks.append(f"{number}\n{times}\n{f'<i>{text}</i>' if cue.italic else text}\n")
    with writing(path):
        path.write_text("\n".join(blocks), encoding="utf-8", newline="\n")


def write_vtt(clips: Iterable[Clip], path: Path) -> None:
    """WebVTT: each cue says who speaks (`<v Anna>`) and when each of its words begins.

    Raises `OutputError` where `path` cannot be written.
    """
    blocks = ["WEBVTT\n"]
    for cue in subtitles(clips):
        lines = []
        last = cue.start
        for line in cue.lines:
            timed = []
            for word in line:
                mark = ""
                if last + 0.001 < word.start < cue.end - 0.001:
                    mark, last = f"<{_clock(word.start, '.')}>", word.start
                timed.append(mark + escape(word.text, quote=False))
            lines.append(" ".join(timed))
        text = escape(cue.label, quote=False) + "\n".join(lines)
        speaker = "Narrator" if cue.speaker == NARRATOR else escape(cue.speaker, quote=False)
        times = f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}"
        text = f"<i>{text}</i>" if cue.italic else text
        blocks.append(f"{cue.id}\n{times}\n<v {speaker}>{text}</v>\n")
    with writing(path):
        path.write_text("\n".join(blocks), encoding="utf-8", newline="\n")


# --- where a cue ends -------------------------------------------------------------------------


def _is_voice_over(line: Line) -> bool:
    return line.off_screen and line.character != NARRATOR


def _fitting(text: str) -> list[str]:
    """A written word in pieces that fit a line: nearly always itself."""
    pieces = []
    for part in text.split():
        pieces += [part[at : at + MAX_LINE] for at in range(0, len(part), MAX_LINE)]
    return pieces


def _split(words: Sequence[Word], indent: int) -> list[tuple[tuple[Word, ...], ...]]:
    """Cues of an utterance with the least cost; `indent` characters stand before its first word.

    best[n] is the least cost of the first n words and the number of words before its last cue.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            cue = words[start:end]
            if _lay_out(cue, 0 if start else indent) is None:
                break
            choices.append((best[start][0] + _cost(cue, words[end : end + 1]), start))
        best.append(min(choices))
    cues: list[tuple[tuple[Word, ...], ...]] = []
    end = len(words)
    while end:
        start = best[end][1]
        lines = _lay_out(words[start:end], 0 if start else indent)
        assert lines is not None
        cues.insert(0, lines)
        end = start
    return cues


def _cost(cue: Sequence[Word], after: Sequence[Word]) -> float:
    """How bad it is to show `cue` at once and to stop before `after`; 1 for each cue as such."""
    cost = 1.0
    duration = cue[-1].end - cue[0].start
    if after:
        room = after[0].start - cue[0].start
        cost += 4.0 * max(0.0, MIN_DURATION - room)
        if after[0].start - cue[-1].end < PAUSE:
            cost += _break_cost(cue[-1].text)
    elif duration < MIN_DURATION:
        cost += 1.0
    cost += max(0.0, duration - MAX_DURATION)
    pauses = (late.start - early.end for early, late in pairwise(cue))
    return cost + sum(3.0 for pause in pauses if pause >= PAUSE)


def _break_cost(text: str) -> float:
    """How bad it is to stop after this word, 0 at the end of a sentence to 3 in mid-phrase."""
    text = text.rstrip("\"'”’)")
    if text.endswith((".", "!", "?", "…", "—", "–")):
        return 0.0
    if text.endswith((";", ":")):
        return 0.3
    if text.endswith(","):
        return 0.6
    return 3.0 if text.lower() in _LEAD_IN else 2.0


_LEAD_IN = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "with",
        "and",
        "or",
        "but",
        "my",
        "your",
    }
    | {"his", "her", "its", "our", "their", "this", "that", "from", "by", "as", "if", "i", "not"}
)


def _lay_out(words: Sequence[Word], indent: int) -> tuple[tuple[Word, ...], ...] | None:
    """`words` on one line, or on two that break well and are alike in length; None if too long."""
    if _length(words, indent) <= MAX_LINE:
        return (tuple(words),)
    breaks = [
        (
            _break_cost(words[at - 1].text)
            + abs(_length(words[:at], indent) - _length(words[at:], 0)) / 10,
            at,
        )
        for at in range(1, len(words))
        if max(_length(words[:at], indent), _length(words[at:], 0)) <= MAX_LINE
    ]
    if not breaks:
        return None
    at = min(breaks)[1]
    return tuple(words[:at]), tuple(words[at:])


def _length(words: Sequence[Word], indent: int) -> int:
    return indent + sum(len(word.text) + 1 for word in words) - 1


# --- times ------------------------------------------------------------------------------------


def _spaced(cues: Sequence[Subtitle]) -> tuple[Subtitle, ...]:
    """Cues with a little time around their words, and 0.8 s in all where the next one lets them."""
    spaced: list[Subtitle] = []
    for number, cue in enumerate(cues):
        limit = cues[number + 1].start if number + 1 < len(cues) else float("inf")
        end = max(cue.end + SLACK, cue.start + MIN_DURATION)
        earliest = max(spaced[-1].end if spaced else 0.0, cue.start - SLACK)
        start = cue.start
        if min(end, limit) - start < MIN_DURATION:
            start = max(min(start, limit - MIN_DURATION), earliest)
        end = max(min(end, limit), start + 0.001)
        spaced.append(replace(cue, start=max(start, earliest), end=end))
    return tuple(spaced)


def _clock(seconds: float, point: str) -> str:
    """'01:02:03.450', with `point` before the milliseconds."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"
