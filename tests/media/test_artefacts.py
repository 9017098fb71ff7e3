"""Everything that crosses between stages comes back from disk as it was."""

from pathlib import Path

import numpy as np
import pytest

from script2movie.errors import OutputError
from script2movie.media import artefacts
from script2movie.movie import Framing, Light, Line, Movie, Scene, Shot, ShotSize, Span, Style
from script2movie.stages import (
    Backdrop,
    Face,
    Keyframe,
    Layers,
    PersonLayer,
    Phoneme,
    Speech,
    Voice,
    Word,
)


def same(first: object, second: object) -> bool:
    if isinstance(first, np.ndarray):
        return (
            isinstance(second, np.ndarray)
            and first.dtype == second.dtype
            and (np.array_equal(first, second))
        )
    if hasattr(first, "__dataclass_fields__"):
        return type(first) is type(second) and all(
            same(getattr(first, name), getattr(second, name))
            for name in type(first).__dataclass_fields__
        )
    if isinstance(first, tuple):
        return (
            isinstance(second, tuple)
            and len(first) == len(second)
            and all(same(a, b) for a, b in zip(first, second, strict=True))
        )
    return type(first) is type(second) and first == second


def test_speech(tmp_path: Path) -> None:
    speech = Speech(
        np.linspace(-1, 1, 999, dtype=np.float32),
        (Phoneme("AA", 0.0, 0.25), Phoneme("SIL", 0.25, 1.0)),
        (Word("“Où?”", 0.0, 1.0),),
    )
    artefacts.save(speech, tmp_path / "x")
    assert same(artefacts.load(tmp_path / "x", Speech), speech)


def test_a_keyframe_with_layers_and_without(tmp_path: Path) -> None:
    picture = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    person = PersonLayer(
        "Åsa", np.zeros((2, 2, 4), np.uint8), (-1.5, 3.0), np.ones((468, 3), np.float32), 1.8
    )
    for depth, foreground in ((None, None), (np.ones((2, 2), np.float32), person.picture)):
        layers = Layers(Backdrop(picture, 900.0, depth), (person,), foreground, Style.NOIR, 0.5)
        keyframe = Keyframe(picture, (Face("Åsa", (0.0, 1.0, 2.0, 3.0)),), (layers,), ("note",))
        artefacts.save(keyframe, tmp_path / "x")
        assert same(artefacts.load(tmp_path / "x", Keyframe), keyframe)


def test_a_movie_and_a_mapping(tmp_path: Path) -> None:
    shot = Shot("s01_sh001", ShotSize.WIDE, Framing.ESTABLISHING, dialogue=(Line("A", "b"),))
    movie = Movie("T", (), (Scene("s01", "attic", True, Light.NIGHT, (shot,)),))
    artefacts.save(movie, tmp_path / "x")
    assert same(artefacts.load(tmp_path / "x", Movie), movie)
    voices = {"Anna": Voice("af", (("af", 0.5), ("bf", 0.5)), 1, 1.1)}
    artefacts.save(voices, tmp_path / "x")
    assert artefacts.load(tmp_path / "x", dict[str, Voice]) == voices


def test_the_same_value_is_the_same_bytes(tmp_path: Path) -> None:
    speech = Speech(np.ones(9, np.float32), (), (Word("a", 0.0, 1.0),))
    artefacts.save(speech, tmp_path / "x")
    artefacts.save(speech, tmp_path / "y")
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.voices"
    artefacts.save({"Anna": Span(1, 2)}, path)
    whole = path.read_bytes()
    for damaged in (b"", whole[:40], b"\xff" * len(whole), whole[:8] + b"x" * (len(whole) - 8)):
        path.write_bytes(damaged)
        with pytest.raises(OutputError, match=r"a\.voices is damaged: delete it"):
            artefacts.load(path, dict[str, Span])
