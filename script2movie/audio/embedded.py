"""The embedded speaker: a voice for everyone in the film, and every line spoken with its times.

Knows the way from a line to a Speech. Knows no film, no shot and no cache.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.casting import cast_voices, unknown_voice
from script2movie.audio.delivery import delivery_of
from script2movie.audio.kokoro import Kokoro
from script2movie.audio.matching import Match, match_voice
from script2movie.audio.pronounce import Pronouncer, Sounds, split_sounds
from script2movie.audio.script import Token, read_script
from script2movie.audio.spoken import at_level
from script2movie.audio.stock import stock
from script2movie.audio.takes import Piece, join_pieces, shift_pitch, trim
from script2movie.errors import ShotFailed, StoryError
from script2movie.movie import Character, Line
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.stages import SPEECH_RATE, Speech, Voice, Word

__all__ = ["EmbeddedSpeaker"]

EDITION = 4  # raised when the same line would sound different
PIECE = 150  # phonemes said at once, some 9 s: two lines of 250 at a time take 1.3 GB
EMPHASIS = 2.0  # dB on a stressed word
RAMP = 0.03  # seconds into and out of a stressed word


class EmbeddedSpeaker:
    """Kokoro's voices, told apart by a speaker encoder. Safe to call from several threads."""

    num_workers = 2  # each call computes on one thread
    num_takes = 1  # the model draws no random numbers: a second take would be the first again

    def __init__(self) -> None:
        self._kokoro = Kokoro()
        self._american = Pronouncer(british=False)
        self._british = Pronouncer(british=True)

    @cached_property
    def fingerprint(self) -> str:
        return f"embedded speaker {EDITION} {self._kokoro.fingerprint}"

    def refusal(self, character: Character) -> str:
        """A pinned voice that does not exist."""
        return unknown_voice(character)

    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
        """A voice for each character by name, and one for NARRATOR that no character has.

        Raises:
            BankError: a voice that does not exist, a sample that cannot be used, or more people
                than voices that can be told apart.
        """

        def match(person: Character, taken: Sequence[int]) -> Match:
            assert person.voice_sample is not None
            sample = person.voice_sample.path
            return match_voice(sample, person.name, stock(), taken, self._say, self._recogniser)

        return cast_voices(characters, match, seed=seed)

    def speak(self, line: Line, voice: Voice, *, seed: int) -> Speech:
        """The line, spoken; `seed` changes nothing, the model draws no random numbers.

        Raises:
            ShotFailed: the line has no word that English voices can say.
        """
        del seed
        # 1. Words as written, and their phonemes
        try:
            tokens = read_script(line.text)
        except StoryError as error:
            raise ShotFailed(f"{line.character}: {error}") from error
        sounds = self._pronouncer(voice).sounds(tokens)
        letters = [self._kokoro.knows(letter) for letter in sounds.letters]
        sounds = Sounds(
            "".join(letter for letter, known in zip(sounds.letters, letters, strict=True) if known),
            tuple(word for word, known in zip(sounds.words, letters, strict=True) if known),
        )

        # 2. Sound, piece by piece where the line is longer than the model takes
        delivery = delivery_of(line)
        shift = voice.pitch * delivery.pitch
        speed = voice.pace * delivery.pace / shift
        recipe = voice.recipe or ((voice.name, 1.0),)
        pieces: list[Piece] = []
        for part in split_sounds(sounds, PIECE):
            take = self._kokoro.speak(part.letters, recipe, speed=speed)
            pieces.append(trim(Piece(shift_pitch(take.samples, shift), take.edges / shift, part)))
        joined = join_pieces(pieces)

        # 3. Times, stresses and level
        phonemes = joined.phonemes()
        words = _timed_words(tokens, joined)
        samples = _stress(joined.samples, tokens, words)
        return Speech(at_level(samples, delivery), phonemes, words)

    def close(self) -> None:
        """Frees the models."""
        self._kokoro.close()
        self.__dict__.pop("_recogniser", None)

    @cached_property
    def _recogniser(self) -> SpeakerRecogniser:
        return SpeakerRecogniser()

    def _say(self, text: str, voice: Voice) -> NDArray[np.float32]:
        return self.speak(Line(voice.name, text), voice, seed=0).samples

    def _pronouncer(self, voice: Voice) -> Pronouncer:
        loudest = max(voice.recipe or ((voice.name, 1.0),), key=lambda part: part[1])[0]
        return self._british if loudest.startswith("b") else self._american


def _timed_words(tokens: Sequence[Token], piece: Piece) -> tuple[Word, ...]:
    """Every token once, from its first sound to its last."""
    times: dict[int, tuple[float, float]] = {}
    for _, start, end, owner in piece.spans():
        times[owner] = (min(start, times.get(owner, (start, end))[0]), end)
    words: list[Word] = []
    clock = 0.0
    for number, token in enumerate(tokens):
        start, end = times.get(number, (clock, clock))
        start = max(start, clock)
        clock = max(start, end)
        words.append(Word(token.written, start, clock))
    return tuple(words)


def _stress(
    samples: NDArray[np.float32], tokens: Sequence[Token], words: Sequence[Word]
) -> NDArray[np.float32]:
    """Lifts the words that their writer stressed."""
    gain = np.zeros(len(samples), np.float32)  # dB
    times = np.arange(len(samples), dtype=np.float32) / SPEECH_RATE
    for token, word in zip(tokens, words, strict=True):
        if token.emphasis:
            near = np.minimum(times - word.start, word.end - times) / RAMP + 1.0
            gain = np.maximum(gain, EMPHASIS * np.clip(near, 0.0, 1.0))
    return samples * np.asarray(10.0 ** (gain / 20.0), np.float32) if gain.any() else samples
