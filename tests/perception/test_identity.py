"""The same person is near, others are far."""

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import SAME_PERSON, FaceRecogniser, Gallery, Recogniser
from script2movie.perception.second_recogniser import SecondRecogniser

Picture = NDArray[np.uint8]


class Eye:
    """Detector and recogniser together: a picture to its main face's embedding."""

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self.detector, self.recogniser = FaceDetector(), recogniser or FaceRecogniser()

    def __call__(self, rgb: Picture) -> NDArray[np.float32]:
        return self.recogniser.embed(rgb, self.detector.detect(rgb)[0])


@pytest.fixture(scope="module")
def eye() -> Eye:
    return Eye()


@pytest.fixture(scope="module")
def known(eye: Eye, portraits: Mapping[str, Picture]) -> dict[str, NDArray[np.float32]]:
    return {name: eye(rgb) for name, rgb in portraits.items()}


def test_an_embedding_is_128_numbers_and_always_the_same(
    eye: Eye, known: dict[str, NDArray[np.float32]], portraits: Mapping[str, Picture]
) -> None:
    name, rgb = next(iter(portraits.items()))
    again = eye(rgb)
    assert again.shape == (128,)
    assert again.dtype == np.float32
    np.testing.assert_array_equal(again, known[name])


def test_people_are_known_again_darker_smaller_and_mirrored(
    eye: Eye, known: dict[str, NDArray[np.float32]], portraits: Mapping[str, Picture]
) -> None:
    gallery = Gallery({name: [embedding] for name, embedding in known.items()})
    for name, rgb in portraits.items():
        small = cv2.resize(rgb[:, ::-1], None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
        seen = eye(np.ascontiguousarray(small * 0.6).astype(np.uint8))
        assert gallery.identify(seen) == name


def test_a_gallery_names_nobody_beyond_the_threshold() -> None:
    anna, ben = np.zeros(128, np.float32), np.zeros(128, np.float32)
    ben[0] = 1
    gallery = Gallery({"Anna": [anna + 5, anna], "Ben": [ben]})
    probe = np.zeros(128, np.float32)
    probe[1] = SAME_PERSON - 0.01
    assert gallery.identify(probe) == "Anna"
    probe[1] = SAME_PERSON
    assert gallery.identify(probe) is None
    name, distance = gallery.nearest(probe) or ("", 0.0)
    assert (name, distance) == ("Anna", pytest.approx(0.6))
    assert Gallery({}).identify(probe) is None


@pytest.mark.parametrize("recogniser", [FaceRecogniser, SecondRecogniser])
def test_rank_one_on_a_real_bank(recogniser: type[Recogniser], bench: Path) -> None:
    """One photo a person as the gallery, 35 others of seven people as probes."""
    eye = Eye(recogniser())
    same_person = eye.recogniser.same_person

    def read(path: Path) -> NDArray[np.float32]:
        return eye(np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8))

    people = sorted((bench / "Character_Bank/1004_Juno").iterdir())
    gallery = Gallery({person.name: [read(person / "best.jpg")] for person in people})
    probes = [
        (person.name, photo)
        for person in people
        for photo in sorted(person.glob("*.jpg"))
        if photo.name != "best.jpg"
    ]
    matches = [(name, gallery.nearest(read(photo))) for name, photo in probes]
    assert len(matches) == 35
    assert all(found is not None and found[0] == name for name, found in matches)
    accepted = sum(found is not None and found[1] < same_person for _, found in matches)
    assert accepted >= 33


def test_the_second_recogniser_sees_the_same_person_darker_smaller_and_mirrored(
    portraits: Mapping[str, Picture],
) -> None:
    second = Eye(SecondRecogniser())
    known = {name: [second(rgb)] for name, rgb in portraits.items()}
    gallery = Gallery(known, second.recogniser.same_person)
    for name, rgb in portraits.items():
        assert known[name][0].shape == (1024,)
        assert np.linalg.norm(known[name][0]) == pytest.approx(1, abs=1e-5)
        small = cv2.resize(rgb[:, ::-1], None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
        seen = second(np.ascontiguousarray(small * 0.6).astype(np.uint8))
        assert gallery.identify(seen) == name
