"""How a scene is covered by shots: film grammar as pure rules.

Knows beats, people and the camera; knows no text analysis and no pictures. The rules:

1. A new place opens on an empty, wide establishing shot.
2. Everyone keeps a side of the screen for the whole scene, and those who talk face each other.
3. Talk opens on both people, goes over the shoulder, then to singles, closer as feeling rises.
4. Two shots of the same people in a row differ in framing or by a step of size.
5. What happens sets the size and the move: motion tracks, a struggle is handheld, feeling is close.
6. People are framed medium or closer: a portrait ends at the chest.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from script2movie.movie import (
    NARRATOR,
    CameraMove,
    Framing,
    Line,
    Shot,
    ShotSize,
    Span,
)
from script2movie.planner.beats import BARE, Beat
from script2movie.planner.staging import Sides

__all__ = ["Frame", "covered", "spoken_seconds"]

WORDS_PER_SECOND = 2.7
BREATH = 0.4  # seconds around a line
ESTABLISHING = 2.5  # seconds
SHORTEST = 1.8  # seconds of a speech, so that a face can be read
PAUSE, FINAL = 0.4, 1.6  # seconds that a scene's and the film's last shot are held
SILENT = {"motion": 2.6, "contact": 2.4, "competition": 2.2, "emotion": 2.2, "body": 2.0}
LONG_SPEECH = 26  # words: then the listener is seen too
ENDLESS = 60  # words of a part of a speech at most
MOST = 4  # people in a shot
MOVES = {
    "motion": CameraMove.TRACKING,
    "contact": CameraMove.HANDHELD,
    "competition": CameraMove.HANDHELD,
    "emotion": CameraMove.DOLLY_IN,
    "cognition": CameraMove.DOLLY_IN,
    "change": CameraMove.DOLLY_IN,
    "possession": CameraMove.TRUCK_RIGHT,
    "social": CameraMove.PAN_LEFT,
}
CLOSE_KINDS = frozenset(("emotion", "cognition", "perception", "body"))
OPENINGS = (CameraMove.PAN_RIGHT, CameraMove.DOLLY_IN, CameraMove.PAN_LEFT, CameraMove.TRUCK_RIGHT)
HEATED = re.compile(
    r"!|\b(?:love|hate|never|please|dead|die|sorry|forgive|goodbye|mother|father)\b"
)


@dataclass(frozen=True)
class Frame:
    """What all shots of a scene share: its words for the background and the look."""

    scene: str
    background: str
    style_elements: tuple[str, ...]
    new_place: bool
    people: tuple[str, ...]
    narrator: str = NARRATOR  # '' for a film without one
    final: bool = False
    number: int = 0
    pace: float = 1.0


@dataclass
class _Coverage:
    frame: Frame
    sides: Sides
    shots: list[Shot] = field(default_factory=list)
    met: set[frozenset[str]] = field(default_factory=set)
    speeches: int = 0
    heat: int = 0
    talker: str = ""


def covered(beats: Sequence[Beat], frame: Frame) -> tuple[Shot, ...]:
    """The shots of a scene, ids and all."""
    coverage = _Coverage(frame, Sides.of(_by_weight(beats, frame.people)))
    rest = list(beats)
    if frame.new_place or not rest:
        opening = rest.pop(0) if rest and _may_open(rest) else None
        coverage.shots.append(_establishing(frame, opening))
    for n, beat in enumerate(rest):
        if beat.speaker:
            _speech(coverage, beat, rest[n + 1 :])
        else:
            _event(coverage, beat)
    last = coverage.shots[-1]
    hold = FINAL if frame.final else PAUSE
    coverage.shots[-1] = replace(last, duration=round(last.duration + hold, 1))
    return tuple(
        replace(shot, id=f"{frame.scene}_sh{n:03d}")
        for n, shot in enumerate(coverage.shots, start=1)
    )


def spoken_seconds(text: str) -> float:
    """How long a line takes to say."""
    return len(text.split()) / WORDS_PER_SECOND + BREATH


def _by_weight(beats: Sequence[Beat], others: Sequence[str]) -> list[str]:
    """Who talks most comes first and so takes an outer side, then everyone as they enter."""
    entrance = list(dict.fromkeys([name for beat in beats for name in _party(beat)]))
    speeches = Counter(beat.speaker for beat in beats if beat.speaker)
    talkers = sorted(entrance, key=lambda name: -speeches[name])[:2]
    first = [name for name in entrance if name in talkers]
    return list(dict.fromkeys([*first, *entrance, *others]))


def _party(beat: Beat) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*beat.people, *([beat.addressee] if beat.addressee else [])]))


# --- what happens ---------------------------------------------------------------------------------


def _may_open(beats: Sequence[Beat]) -> bool:
    """Whether the first words may be told over the empty place: nobody acts in them yet."""
    first = beats[0]
    if first.speaker or not first.tell:
        return False
    return not first.people


def _establishing(frame: Frame, beat: Beat | None) -> Shot:
    lines, seconds = _told(frame, beat) if beat else ((), 0.0)
    return Shot(
        id="",
        size=ShotSize.WIDE,
        framing=Framing.ESTABLISHING,
        camera_move=OPENINGS[frame.number % len(OPENINGS)],
        plot=_plot(beat) if beat else f"{frame.background[:1].upper()}{frame.background[1:]}.",
        background=frame.background,
        style_elements=frame.style_elements,
        dialogue=lines,
        duration=_seconds(frame, max(ESTABLISHING, seconds)),
        source=(Span(beat.start, beat.end),) if beat else (),
    )


def _event(coverage: _Coverage, beat: Beat) -> None:
    frame = coverage.frame
    shown = [name for name in beat.people if name in coverage.sides.order][:MOST]
    lines, seconds = _told(frame, beat)
    if not shown and coverage.shots and coverage.shots[-1].framing is Framing.ESTABLISHING:
        last = coverage.shots[-1]
        if not last.dialogue:
            coverage.shots[-1] = replace(
                last,
                plot=beat.text,
                dialogue=lines,
                duration=max(last.duration, _seconds(frame, seconds)),
                source=(*last.source, Span(beat.start, beat.end)),
            )
            return
    if beat.apart:
        shown = shown[:1]
    size = ShotSize.CLOSE_UP if beat.kind in CLOSE_KINDS and len(shown) == 1 else ShotSize.MEDIUM
    framing = _framing(len(shown))
    towards = next((name for name in _party(beat)[1:] if name in coverage.sides.order), "")
    move = MOVES.get(beat.kind, CameraMove.STATIC)
    if not shown:
        move = CameraMove.DOLLY_IN
        if coverage.shots and coverage.shots[-1].characters:
            framing = Framing.POINT_OF_VIEW
        else:
            size = ShotSize.WIDE
    shot = _shot(coverage, beat, size, framing, shown, towards or coverage.talker)
    shot = replace(shot, camera_move=move, dialogue=lines, duration=_seconds(frame, seconds))
    if len(shown) > 1:
        coverage.met.add(frozenset(shown))
    _add(coverage, shot, beat.people[:1])


def _told(frame: Frame, beat: Beat) -> tuple[tuple[Line, ...], float]:
    """The narrator's line for a beat, if there is one, and the time that the beat needs."""
    silent = SILENT.get(beat.kind, 2.4) + 0.04 * beat.num_words
    if not (frame.narrator and beat.tell):
        return (), silent
    return (Line(frame.narrator, beat.text, off_screen=True),), max(2.0, spoken_seconds(beat.text))


# --- what is said ---------------------------------------------------------------------------------


def _speech(coverage: _Coverage, beat: Beat, following: Sequence[Beat]) -> None:
    speaker = beat.speaker
    listener = _listener(coverage, beat, following)
    coverage.speeches += 1
    coverage.heat += len(HEATED.findall(beat.line.lower())) + bool(beat.manner)
    if beat.apart and not beat.seen and (listener or not beat.people or beat.thinks):
        _voice(coverage, beat, listener)
        return
    pair = frozenset((speaker, listener)) if listener else frozenset((speaker,))
    parts = _parts(beat.line)
    line = Line(speaker, parts[0], beat.manner)
    company = [name for name in _party(beat) if name in coverage.sides.order]
    if beat.apart:
        shown, size = [speaker], _speech_size(coverage, last=False)
    elif len(company) > 2 and frozenset(company) not in coverage.met:
        shown, size = company[:MOST], ShotSize.MEDIUM
        coverage.met.add(frozenset(company))
    elif listener and not any(pair <= met for met in coverage.met):
        shown, size = [speaker, listener], ShotSize.MEDIUM
        coverage.met.add(pair)
    else:
        last = not any(other.speaker for other in following)
        shown, size = [speaker], _speech_size(coverage, last=last)
    framing = _framing(len(shown))
    told = listener in beat.people  # "she tells him": he is in the picture
    if told and framing is Framing.SINGLE:
        size = ShotSize.MEDIUM
    shoulder = listener and not beat.apart and framing is Framing.SINGLE and size is ShotSize.MEDIUM
    if shoulder and (told or coverage.talker != speaker):
        framing, shown = Framing.OVER_THE_SHOULDER, [speaker, listener]
    beat = replace(beat, addressee=listener or beat.addressee)  # the plot tells who is shown
    shot = _shot(coverage, beat, size, framing, shown, listener)
    heated = size is ShotSize.CLOSE_UP and coverage.heat > 1
    move = CameraMove.DOLLY_IN if heated and coverage.speeches % 2 == 0 else CameraMove.STATIC
    seconds = _seconds(coverage.frame, max(SHORTEST, spoken_seconds(parts[0])))
    coverage.talker = speaker
    _add(coverage, replace(shot, camera_move=move, dialogue=(line,), duration=seconds), [speaker])
    for n, part in enumerate(parts[1:]):
        seen = listener if listener and n % 2 == 0 and not beat.apart else speaker
        towards = speaker if seen == listener else listener
        reaction = _shot(coverage, beat, ShotSize.CLOSE_UP, Framing.SINGLE, [seen], towards)
        aside = (Line(speaker, part, beat.manner, off_screen=seen != speaker),)
        seconds = _seconds(coverage.frame, max(SHORTEST, spoken_seconds(part)))
        _add(coverage, replace(reaction, dialogue=aside, duration=seconds), [seen])


def _voice(coverage: _Coverage, beat: Beat, listener: str) -> None:
    """A voice without its mouth: we see who hears it, or thinks it, or the place it fills."""
    seen = listener or (beat.speaker if beat.thinks else "")
    parts = _parts(beat.line)
    for part in parts:
        line = Line(beat.speaker, part, beat.manner, off_screen=True)
        seconds = _seconds(coverage.frame, max(SHORTEST, spoken_seconds(part)))
        last = coverage.shots[-1] if coverage.shots else None
        if not seen and last is not None and not last.characters and not last.dialogue:
            coverage.shots[-1] = replace(
                last,
                dialogue=(line,),
                duration=max(last.duration, seconds),
                source=(*last.source, Span(beat.start, beat.end)),
            )
            continue
        size = ShotSize.CLOSE_UP if seen else ShotSize.WIDE
        framing = Framing.SINGLE if seen else Framing.ESTABLISHING
        shot = _shot(coverage, beat, size, framing, [seen] if seen else [], beat.speaker)
        if beat.num_told <= BARE:
            does = f"{listener} listens." if listener else f"{seen} thinks." if seen else ""
            shot = replace(shot, plot=does or f"{coverage.frame.background.capitalize()}.")
        _add(coverage, replace(shot, dialogue=(line,), duration=seconds), [seen] if seen else [])


def _speech_size(coverage: _Coverage, *, last: bool) -> ShotSize:
    """Talk begins at a distance and comes closer, sooner with feeling; the last word is close."""
    warm_up = 1 if last else 3 if coverage.heat < 2 else 2
    return ShotSize.MEDIUM if coverage.speeches <= warm_up else ShotSize.CLOSE_UP


def _listener(coverage: _Coverage, beat: Beat, following: Sequence[Beat]) -> str:
    """Whom a speech is for: who is spoken to, or else who answers."""
    order = coverage.sides.order
    known = beat.addressee in order and beat.addressee != beat.speaker
    if known and beat.addressed:
        return beat.addressee
    answers = (b.speaker for b in following[:2] if b.speaker in order and b.speaker != beat.speaker)
    return next(answers, beat.addressee if known else "")


def _parts(line: str) -> tuple[str, ...]:
    """A long speech in parts of whole sentences; a sentence without end is cut where it must."""
    if len(line.split()) <= LONG_SPEECH:
        return (line,)
    sentences = re.findall(r".+?(?:[.!?…]+[\"'”’]*(?=\s)|$)", line)
    whole = sum(len(sentence.split()) for sentence in sentences)
    size = whole / max(2, round(whole / LONG_SPEECH))
    parts = [""]
    for sentence in sentences:
        if parts[-1] and len(f"{parts[-1]} {sentence}".split()) > 1.25 * size:
            parts.append("")
        parts[-1] = f"{parts[-1]} {sentence.strip()}".strip()
    return tuple(piece for part in parts for piece in _pieces(part))


def _pieces(part: str) -> Iterator[str]:
    words = part.split()
    for n in range(0, len(words), ENDLESS):
        yield " ".join(words[n : n + ENDLESS])


# --- one shot -------------------------------------------------------------------------------------


def _framing(count: int) -> Framing:
    return {0: Framing.ESTABLISHING, 1: Framing.SINGLE, 2: Framing.TWO_SHOT}.get(
        count, Framing.GROUP
    )


def _shot(
    coverage: _Coverage,
    beat: Beat,
    size: ShotSize,
    framing: Framing,
    shown: Sequence[str],
    towards: str,
) -> Shot:
    actions = dict(beat.actions)
    frame = coverage.frame
    if framing is Framing.OVER_THE_SHOULDER or len(shown) == 2:
        towards = ""
    back = shown[1] if framing is Framing.OVER_THE_SHOULDER else ""
    placed = tuple(
        replace(
            one,
            action=actions.get(one.character, _in_talk(one.character, beat.speaker)),
            back_to_camera=one.character == back,
        )
        for one in coverage.sides.placed(shown, towards)
    )
    return Shot(
        id="",
        size=size,
        framing=framing,
        characters=placed,
        plot=_plot(beat),
        background=frame.background,
        style_elements=frame.style_elements,
        source=(Span(beat.start, beat.end),),
    )


def _in_talk(person: str, speaker: str) -> str:
    """What someone does of whom nothing else is told."""
    return "speaks" if person == speaker else "listens" if speaker else ""


def _plot(beat: Beat) -> str:
    """What happens; a bare 'she says' is told by name, 'Walter smiles.' is not bare."""
    if not beat.speaker or beat.num_told > BARE or beat.text.endswith((".", "!", "?", "…")):
        return beat.text[:1].upper() + beat.text[1:]
    return f"{beat.speaker} speaks" + (f" to {beat.addressee}." if beat.addressee else ".")


def _add(coverage: _Coverage, shot: Shot, focus: Sequence[str]) -> None:
    """Appends a shot, made to differ from the one before if both show the same people."""
    last = coverage.shots[-1] if coverage.shots else None
    if last is not None and _jumps(last, shot):
        shot = _recut(coverage, last, shot, focus)
    coverage.shots.append(shot)


def _jumps(last: Shot, shot: Shot) -> bool:
    """The same people, the same framing, the same size: the picture would hop."""
    return (
        [one.character for one in last.characters] == [one.character for one in shot.characters]
        and last.framing is shot.framing
        and last.size is shot.size
        and [one.back_to_camera for one in last.characters]
        == [one.back_to_camera for one in shot.characters]
    )


def _recut(coverage: _Coverage, last: Shot, shot: Shot, focus: Sequence[str]) -> Shot:
    near = [one for one in shot.characters if one.character not in focus]
    if shot.framing is Framing.TWO_SHOT and len(near) == 1:
        backs = tuple(
            replace(one, back_to_camera=one.character == near[0].character)
            for one in shot.characters
        )
        return replace(shot, framing=Framing.OVER_THE_SHOULDER, characters=backs)
    closer = last.size is not ShotSize.CLOSE_UP and bool(shot.characters)
    if not shot.characters:
        move = (
            CameraMove.PAN_LEFT if last.camera_move is CameraMove.DOLLY_IN else CameraMove.DOLLY_IN
        )
        return replace(shot, size=ShotSize.FULL, framing=Framing.INSERT, camera_move=move)
    return replace(shot, size=ShotSize.CLOSE_UP if closer else ShotSize.MEDIUM)


def _seconds(frame: Frame, seconds: float) -> float:
    return round(seconds * frame.pace, 1)
