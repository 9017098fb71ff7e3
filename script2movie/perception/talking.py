"""Who says what, when, in a film: faces that are known, mouths that move, voices that recur.

A phrase belongs to the known face whose mouth moves as the sound does; phrases are then put
together by voice, and a voice that one face speaks with names the phrases in which nobody is seen.
Where lips and voice disagree the phrase is nobody's, and is said to be in doubt. Knows a film's
frames and sound and embeddings of people; nothing of banks or files of voices.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.media.clips import read_frames, read_sound
from script2movie.perception.sound import HEARING_RATE
from script2movie.perception.speaker import SpeakerRecogniser, voiced
from script2movie.perception.tracks import FaceTracker
from script2movie.perception.transcript import SpokenWord, Transcriber

__all__ = ["Phrase", "phrases_of"]

Floats = NDArray[np.float32]

BREATH = 0.35  # seconds of silence that part two phrases
LONGEST = 9.0  # seconds of one phrase
SHORTEST = 0.7
LOOKS = 12  # looks a second at the picture
HEIGHT = 540  # pixels to which it is brought
MOVING = 0.018  # mouth widths, standard deviation of a mouth that speaks
FOLLOWS = 0.05  # correlation of a mouth with the sound: at 12 looks a second it is low
INSIDE = 0.2  # seconds at a phrase's ends in which another's mouth may still close, or open
LEADS = 1.5  # times that a speaker's mouth moves more than any other's
ONE_VOICE = 0.76  # mean cosine of two groups of phrases that are one voice
HEARD = 1.0  # seconds of voice by which it can be told
MAJORITY = 0.7  # of a voice's seconds that are seen on one face


@dataclass(frozen=True)
class Phrase:
    """A run of words: seconds, text, samples (N,) at 16 kHz; `name` is '' for nobody known.

    `seen` is the known face whose mouth moved with it, '' for none; `voice` numbers the voices of
    the film, -1 where it is too short to tell; `doubt` says why a person should listen.
    """

    start: float
    end: float
    text: str
    samples: Floats
    seen: str = ""
    voice: int = -1
    name: str = ""
    doubt: str = ""


@dataclass
class _Mouth:
    times: list[float] = field(default_factory=list)
    openings: list[float] = field(default_factory=list)


def phrases_of(
    film: Path, people: Mapping[str, Floats], voices: Mapping[str, Floats]
) -> list[Phrase]:
    """The phrases of a film in order, each with who says it where that can be told.

    `people` are the faces that are known, (128,) each; `voices` the voices, (256,) each, of those
    who have one already. Raises ValueError where the film has no sound, WeightsError for a model.
    """
    sound = read_sound(film, HEARING_RATE)
    words = Transcriber().words(sound, HEARING_RATE)
    phrases = _phrases(words, sound)
    mouths = _mouths(film, people)
    phrases = [replace(one, seen=_speaker(one, mouths)) for one in phrases]
    return _named(phrases, voices)


def _phrases(words: Sequence[SpokenWord], sound: Floats) -> list[Phrase]:
    runs: list[list[SpokenWord]] = []
    for word in words:
        if (
            runs
            and word.start - runs[-1][-1].end < BREATH
            and word.end - runs[-1][0].start < LONGEST
            and not runs[-1][-1].text.endswith((".", "?", "!"))
        ):
            runs[-1].append(word)
        else:
            runs.append([word])
    found = []
    for run in runs:
        start, end = max(0.0, run[0].start - 0.05), run[-1].end + 0.1
        if end - start >= SHORTEST:
            part = sound[round(start * HEARING_RATE) : round(end * HEARING_RATE)]
            found.append(Phrase(start, end, " ".join(word.text for word in run), part))
    return found


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


def _speaker(phrase: Phrase, mouths: Mapping[str, _Mouth]) -> str:
    """The known face whose mouth moves with the phrase, more than any other's."""
    moves: list[tuple[float, float, str]] = []
    for name, mouth in mouths.items():
        times = np.array(mouth.times)
        during = (times >= phrase.start + INSIDE) & (times <= phrase.end - INSIDE)
        wanted = 0.6 * LOOKS * (phrase.end - phrase.start - 2 * INSIDE)
        if np.count_nonzero(during) < max(wanted, 3):
            continue  # not seen for most of it
        opening = np.array(mouth.openings)[during]
        loud = _level(phrase, times[during])
        follows = float(np.corrcoef(opening, loud)[0, 1]) if opening.std() and loud.std() else 0.0
        moves.append((float(opening.std()), follows, name))
    moves.sort(reverse=True)
    if not moves or moves[0][0] < MOVING or moves[0][1] < FOLLOWS:
        return ""
    if len(moves) > 1 and moves[0][0] < LEADS * moves[1][0]:
        return ""
    return moves[0][2]


def _level(phrase: Phrase, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """How loud the phrase is around each of some moments of the film."""
    reach = round(0.06 * HEARING_RATE)
    powers = np.convolve(phrase.samples.astype(float) ** 2, np.full(reach, 1 / reach), "same")
    at = np.clip(((times - phrase.start) * HEARING_RATE).astype(int), 0, len(powers) - 1)
    return np.asarray(np.sqrt(powers[at]))


def _named(phrases: list[Phrase], voices: Mapping[str, Floats]) -> list[Phrase]:
    """The phrases put together by voice, and each voice named by the face that is seen with it."""
    # 1. One group a voice: the two likest are put together until no two are alike
    recogniser = SpeakerRecogniser()
    told = [
        number
        for number, one in enumerate(phrases)
        if len(voiced(one.samples, HEARING_RATE)) >= HEARD * HEARING_RATE
    ]
    embeddings = {n: recogniser.embed(phrases[n].samples, HEARING_RATE) for n in told}
    groups: list[list[int]] = [[number] for number in told]
    while len(groups) > 1:
        means = np.stack([np.mean([embeddings[n] for n in group], axis=0) for group in groups])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        alike = means @ means.T - 2 * np.eye(len(groups))
        first, second = sorted(divmod(int(alike.argmax()), len(groups)))
        if alike[first, second] < ONE_VOICE:
            break
        groups[first] += groups.pop(second)
    # 2. Whose it is: by the faces, or by a sample that is there already
    named = list(phrases)
    for voice, group in enumerate(groups):
        seconds: Counter[str] = Counter()
        for n in group:
            seconds[phrases[n].seen] += phrases[n].end - phrases[n].start  # type: ignore[assignment]
        seen = {name: value for name, value in seconds.items() if name}
        name = max(seen, key=lambda one: seen[one], default="")
        sure = bool(seen) and seen[name] >= MAJORITY * sum(seen.values())
        mean = np.mean([embeddings[n] for n in group], axis=0)
        known = {who: float(mean @ own / np.linalg.norm(mean)) for who, own in voices.items()}
        heard = max(known, key=lambda who: known[who], default="")
        if not sure and heard and known[heard] >= ONE_VOICE:
            name, sure = heard, True
        for n in group:
            one = phrases[n]
            doubt = ""
            if not sure:
                doubt = "nobody known is seen to say this" if not seen else "two faces, one voice"
            elif one.seen not in ("", name):
                doubt = f"{one.seen}'s lips move, but the voice is {name}'s"
            named[n] = replace(one, voice=voice, name="" if doubt else name, doubt=doubt)
    return [
        one if one.voice >= 0 else replace(one, name=one.seen, doubt="too short to tell the voice")
        for one in named
    ]
