"""Table 7's question: how well does a speech backend speak with a person's own voice?

Each character's recordings are split in half: the first half is the reference, the words of the
second are spoken with it and compared with the second. Knows a speaker by two calls, no backend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from script2movie.errors import BackendUnavailable, DatasetError
from script2movie.media.clips import write_wav
from script2movie.movie import Character, Line, VoiceSample
from script2movie.moviebench.metrics.cepstral import mel_cepstral_distortion_db
from script2movie.perception.published.cepstra import mel_cepstra
from script2movie.perception.speaker import SpeakerRecogniser, speaker_similarity
from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import WordCounts, count_words

__all__ = ["Cloned", "Piece", "measure_cloning", "read_recordings", "split_in_half"]

SUFFIXES = {".wav", ".flac", ".ogg", ".mp3"}
MIDDLE = (0.4, 0.6)  # of a single recording, within which it is cut where it is quietest
QUIET = 0.05  # seconds over which that is looked for
Samples = NDArray[np.float32]


class Speaks(Protocol):
    """What is asked of a speaker: voices for people, and a line with a voice, `samples` in it."""

    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Any]: ...
    def speak(self, line: Line, voice: Any, *, seed: int) -> Any: ...


@dataclass(frozen=True)
class Piece:
    """A recording: mono samples (N,), their rate, the words in it ('' where nobody wrote them)."""

    samples: Samples
    rate: int
    words: str = ""


@dataclass(frozen=True)
class Cloned:
    """One spoken line against the original: `distortion` is None without pyworld."""

    character: str
    words: str
    heard: str
    counts: WordCounts
    similarity: float
    distortion: float | None


def read_recordings(folder: Path) -> dict[str, list[Piece]]:
    """`<Character>/*.wav`, each with its words in a .txt beside it if there is one.

    Raises DatasetError for a folder without recordings or a file that is none.
    """
    people: dict[str, list[Piece]] = {}
    try:
        places = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        raise DatasetError(f"{folder} cannot be read: {error.strerror}") from None
    for place in places:
        for path in sorted(place.iterdir()):
            if path.suffix.lower() in SUFFIXES:
                words = path.with_suffix(".txt")
                said = words.read_text("utf-8-sig") if words.is_file() else ""
                people.setdefault(place.name, []).append(_read(path, " ".join(said.split())))
    if not people:
        raise DatasetError(f"{folder} holds no recordings: <Character>/<anything>.wav")
    return people


def _read(path: Path, words: str) -> Piece:
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise DatasetError(f"{path} is no recording: {error}") from None
    return Piece(samples.mean(axis=1), rate, words)


def split_in_half(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The reference and the test: whole recordings up to half of all seconds, and the rest.

    A single recording is cut in its middle fifth where it is quietest; its words go with neither.
    """
    if len(pieces) == 1:
        (whole,) = pieces
        window = max(1, round(QUIET * whole.rate))
        low, high = (round(share * len(whole.samples)) for share in MIDDLE)
        energy = np.convolve(whole.samples[low:high] ** 2, np.ones(window), "same")
        at = low + int(energy.argmin()) if len(energy) else len(whole.samples) // 2
        halves = (whole.samples[:at], whole.samples[at:])
        return [Piece(halves[0], whole.rate)], [Piece(halves[1], whole.rate)]
    seconds = np.cumsum([len(piece.samples) / piece.rate for piece in pieces])
    count = int(np.searchsorted(seconds, seconds[-1] / 2)) + 1
    count = min(count, len(pieces) - 1)
    return list(pieces[:count]), list(pieces[count:])


def measure_cloning(
    people: Mapping[str, Sequence[Piece]],
    speaker: Speaks,
    rate: int,
    scratch: Path,
    *,
    seed: int = 0,
) -> list[Cloned]:
    """Every test half spoken again. `rate` is the speaker's, in samples a second.

    Words that nobody wrote down are those the transcriber hears in the original. Raises
    WeightsError where an embedded weight is missing.
    """
    transcriber, encoder = Transcriber(), SpeakerRecogniser()
    halves = {name: split_in_half(pieces) for name, pieces in people.items()}
    characters = []
    for number, (name, (reference, _)) in enumerate(halves.items()):
        path = scratch / f"{number}.wav"
        write_wav(np.concatenate([one.samples for one in reference]), path, reference[0].rate)
        said = " ".join(one.words for one in reference) if reference[0].words else ""
        characters.append(Character(name, (), VoiceSample(path, said)))
    voices = speaker.cast(characters, seed=seed)
    found = []
    for name, (_, test) in halves.items():
        for piece in test:
            words = piece.words or transcriber.text(piece.samples, piece.rate)
            if not words:
                continue
            spoken = speaker.speak(Line(name, words), voices[name], seed=seed).samples
            heard = transcriber.text(spoken, rate)
            alike = speaker_similarity(
                encoder.embed(spoken, rate), encoder.embed(piece.samples, piece.rate)
            )
            distortion = _distortion(piece, spoken, rate)
            counts = count_words(words, heard)
            found.append(Cloned(name, words, heard, counts, alike, distortion))
    return found


def _distortion(piece: Piece, spoken: Samples, rate: int) -> float | None:
    try:
        return mel_cepstral_distortion_db(
            mel_cepstra(piece.samples, piece.rate), mel_cepstra(spoken, rate)
        )
    except BackendUnavailable:
        return None
