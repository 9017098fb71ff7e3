"""Who says what, when, in a film: faces that are known, mouths that move, voices that recur.

A phrase belongs to the known face whose mouth moves as the sound does; a diarizer tells the voices
apart, and a voice that one face speaks with names the phrases in which nobody is seen. Where lips
and voice disagree, or two voices speak at once, the phrase is nobody's, and is said to be in doubt.
Knows a film's frames and sound and embeddings of people; nothing of banks or files of voices.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.media.clips import read_frames, read_sound
from script2movie.perception.diarization import ONE_VOICE, Diarizer, Turn, tells_voice
from script2movie.perception.phrases import Phrase, cut_phrases, spoken
from script2movie.perception.sound import HEARING_RATE
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.perception.tracks import FaceTracker
from script2movie.perception.transcript import WordTranscriber

__all__ = ["phrases_of"]

Floats = NDArray[np.float32]

LOOKS = 12  # looks a second at the picture
HEIGHT = 540  # pixels to which it is brought
MOVING = 0.018  # mouth widths, standard deviation of a mouth that speaks
FOLLOWS = 0.05  # correlation of a mouth with the sound: at 12 looks a second it is low
AROUND = 0.5  # seconds beside a phrase, in which its speaker's mouth rests unless the turn goes on
INSIDE = 0.2  # seconds at a phrase's ends in which another's mouth may still close, or open
LEADS = 1.5  # times that a speaker's mouth moves more than any other's
MAJORITY = 0.7  # of a voice's seconds that are seen on one face


@dataclass
class _Mouth:
    times: list[float] = field(default_factory=list)
    openings: list[float] = field(default_factory=list)


def phrases_of(
    film: Path,
    people: Mapping[str, Floats],
    known: Mapping[str, Floats],
    transcriber: WordTranscriber,
    diarizer: Diarizer,
) -> list[Phrase]:
    """The phrases of a film in order, each with who says it where that can be told.

    `people` are the faces that are known, (128,) each; `known` the voices, (256,) each, of those
    who have one already. Raises ValueError where the film has no sound, WeightsError for a model.
    """
    sound = read_sound(film, HEARING_RATE)
    words = transcriber.words(sound, HEARING_RATE)
    turns = diarizer.turns(sound, HEARING_RATE, spoken(words))
    phrases = cut_phrases(words, turns, sound)
    mouths = _mouths(film, people)
    phrases = [replace(one, seen=_speaker(one, mouths, turns, sound)) for one in phrases]
    return _named(phrases, known)


def _mouths(film: Path, people: Mapping[str, Floats]) -> dict[str, _Mouth]:
    """Each known face's mouth over the film: how open, in its own widths, and when."""
    capture = cv2.VideoCapture(str(film))
    fps = capture.get(cv2.CAP_PROP_FPS) or 24.0
    width, height = (
        int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    capture.release()
    scale = min(1.0, HEIGHT / max(height, 1))
    width, height = (round(side * scale) // 2 * 2 for side in (width, height))
    step = max(1, round(fps / LOOKS))
    tracker = FaceTracker(people, {})
    mouths: dict[str, _Mouth] = {}
    for number, rgb in enumerate(read_frames(film, width=width, height=height)):
        if number % step:
            continue
        for seen in tracker.look(rgb):
            if seen.name:
                points = seen.points
                wide = float(np.linalg.norm(points[61] - points[291]))
                mouth = mouths.setdefault(seen.name, _Mouth())
                mouth.times.append((number + 0.5) / fps)
                mouth.openings.append(float(np.linalg.norm(points[13] - points[14])) / max(wide, 1))
    return mouths


def _speaker(
    phrase: Phrase, mouths: Mapping[str, _Mouth], turns: Sequence[Turn], sound: Floats
) -> str:
    """The known face whose mouth moves with the phrase, more than any other's."""
    moves: list[tuple[float, float, str]] = []
    for name, mouth in mouths.items():
        times, openings = np.array(mouth.times), np.array(mouth.openings)
        during = (times >= phrase.start + INSIDE) & (times <= phrase.end - INSIDE)
        wanted = 0.6 * LOOKS * (phrase.end - phrase.start - 2 * INSIDE)
        if np.count_nonzero(during) < max(wanted, 3):
            continue  # not seen for most of it
        around = (times >= phrase.start - AROUND) & (times <= phrase.end + AROUND)
        loud = _level(phrase, times[around], turns, sound)
        still = not (openings[around].std() and loud.std())
        follows = 0.0 if still else float(np.corrcoef(openings[around], loud)[0, 1])
        moves.append((float(openings[during].std()), follows, name))
    moves.sort(reverse=True)
    if not moves or moves[0][0] < MOVING or moves[0][1] < FOLLOWS:
        return ""
    if len(moves) > 1 and moves[0][0] < LEADS * moves[1][0]:
        return ""
    return moves[0][2]


def _level(
    phrase: Phrase, times: NDArray[np.float64], turns: Sequence[Turn], sound: Floats
) -> NDArray[np.float64]:
    """How loud the phrase's own voices are at some moments: 0 where it is others' turn."""
    own = [(one.start, one.end) for one in turns if one.voice in phrase.voices]
    own.append((phrase.start, phrase.end))
    reach = round(0.03 * HEARING_RATE)
    levels = []
    for time in times:
        at = round(time * HEARING_RATE)
        heard = sound[max(0, at - reach) : at + reach].astype(float)
        mine = heard.size and any(start <= time <= end for start, end in own)
        levels.append(float(np.sqrt(np.mean(heard**2))) if mine else 0.0)
    return np.array(levels)


def _named(phrases: Sequence[Phrase], known: Mapping[str, Floats]) -> list[Phrase]:
    """Each phrase by its voice, and each voice by the face that is seen with it."""
    voices = {voice for one in phrases for voice in one.voices}
    owners = {
        voice: _owner([one for one in phrases if one.voices == (voice,)], known) for voice in voices
    }
    named = []
    for one in phrases:
        name, doubt = one.seen, "too little voice to tell whose"
        if len(one.voices) == 1:
            name, doubt = owners[one.voices[0]]
            if name and one.seen not in ("", name):
                doubt = f"{one.seen}'s lips move, but the voice is {name}'s"
        elif one.voices:
            whose = " and ".join(f"{owners[voice][0] or 'another'}'s" for voice in one.voices)
            name, doubt = "", f"{whose} voices at once: left out"
        named.append(replace(one, name=name, doubt=doubt))
    return named


def _owner(phrases: Sequence[Phrase], known: Mapping[str, Floats]) -> tuple[str, str]:
    """Whose voice says some phrases, by the faces or else by a sample; or '' and why not."""
    seen: dict[str, float] = defaultdict(float)
    for one in phrases:
        if one.seen:
            seen[one.seen] += one.end - one.start
    name = max(seen, key=lambda who: seen[who], default="")
    if name and seen[name] >= MAJORITY * sum(seen.values()):
        return name, ""
    heard = [one.samples for one in phrases if tells_voice(one.samples, HEARING_RATE)]
    if known and heard:
        recogniser = SpeakerRecogniser()
        mean = np.mean([recogniser.embed(samples, HEARING_RATE) for samples in heard], axis=0)
        alike = {who: float(mean @ own / np.linalg.norm(mean)) for who, own in known.items()}
        name = max(alike, key=lambda who: alike[who])
        if alike[name] >= ONE_VOICE:
            return name, ""
    return "", "two faces, one voice" if seen else "nobody known is seen to say this"
