"""Who is cloned from what: each person's own sample, and what is done about those without one.

Knows characters and their samples; nothing of the model that clones. A person without a sample is
an error that names them, unless the user has the stock voices stand in as references.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.audio.references import prepare_reference
from script2movie.errors import BankError
from script2movie.movie import NARRATOR, Character, Line, VoiceSample
from script2movie.stages import Reference, Voice

__all__ = ["cast_clones", "unsampled"]

STOCK_WORDS = (
    "I remember the evening when the boats came home. The harbour was quiet, the lamps were lit, "
    "and nobody asked where we had been."
)


def cast_clones(
    characters: Sequence[Character],
    *,
    backend: str,
    narrator: Path | None,
    stock: bool,
    language: str,
    seed: int,
    embedded: Callable[[], EmbeddedSpeaker] = EmbeddedSpeaker,
) -> Mapping[str, Voice]:
    """A voice for each character by name and one for NARRATOR, each with its reference.

    `narrator` is a recording of the narrator, its words in a text file beside it if given;
    without it a stock voice is their reference.
    `stock` lets stock voices be the references of characters without a sample, too.

    Raises:
        BankError: characters without a sample, all named, or a sample that cannot be used.
    """
    silent = [person for person in characters if person.voice_sample is None]
    if refused := [unsampled(person, backend, stock=stock) for person in silent if not stock]:
        raise BankError("\n".join(refused))
    voices: dict[str, Voice] = {}
    for person in characters:
        if person.voice_sample is not None:
            reference = prepare_reference(person.voice_sample, person.name, language=language)
            voices[person.name] = Voice(person.name, language=language, reference=reference)
    if narrator is not None:
        beside = narrator.with_suffix(".txt")
        words = beside.read_text(encoding="utf-8") if beside.is_file() else ""
        sample = VoiceSample(narrator, words)
        reference = prepare_reference(sample, "the narrator", language=language)
        voices[NARRATOR] = Voice("narrator", language=language, reference=reference)
    if silent or NARRATOR not in voices:
        speaker = embedded()
        try:  # dealt as in a film of the stock voices alone, so that no two are too alike
            unsampled = [replace(person, voice_sample=None) for person in characters]
            dealt = speaker.cast(unsampled, seed=seed)
            for name in (*(person.name for person in silent), NARRATOR):
                if name not in voices:
                    speech = speaker.speak(Line(name, STOCK_WORDS), dealt[name], seed=seed)
                    reference = Reference(speech.samples, STOCK_WORDS)
                    voices[name] = Voice(dealt[name].name, language=language, reference=reference)
        finally:
            speaker.close()
    return voices


def unsampled(person: Character, backend: str, *, stock: bool) -> str:
    """Why a person cannot be cloned; '' where they can."""
    if person.voice_sample is not None or stock:
        return ""
    return (
        f"{person.name} has no voice sample and {backend} clones voices: add a voice.wav to "
        f"{person.name}'s folder, or let a stock voice be cloned with --option speaker.stock=true"
    )
