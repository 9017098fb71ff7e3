"""Faces keep their names through a shot: far away, in the dark, late, and when another comes."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.identity import FaceRecogniser
from script2movie.perception.tracks import FaceTracker

Picture = NDArray[np.uint8]
Embeddings = Mapping[str, NDArray[np.float32]]
Actors = Mapping[str, tuple[Picture, Face]]

HEIGHT, WIDTH = 540, 960
WALL = (150, 150, 145)
LEFT, MIDDLE, RIGHT = (round(WIDTH * share) for share in (0.2, 0.5, 0.8))


@pytest.fixture(scope="module")
def actors(portraits: Mapping[str, Picture]) -> Actors:
    """Portraits, and where their faces are."""
    detector = FaceDetector()
    return {name: (rgb, detector.detect(rgb)[0]) for name, rgb in portraits.items()}


@pytest.fixture(scope="module")
def people(actors: Actors) -> Embeddings:
    """Two people's embeddings, from their portraits."""
    recogniser = FaceRecogniser()
    return {name: recogniser.embed(*actors[name]) for name in list(actors)[:2]}


def film(
    actors: Actors, places: Mapping[str, int], face: float = 110, light: float = 1.0
) -> Picture:
    """People on a wall, each at an x, their faces `face` pixels high."""
    frame = np.full((HEIGHT, WIDTH, 3), WALL, np.uint8)
    for name, middle in places.items():
        rgb, found = actors[name]
        scale = face / found.side
        small = cv2.resize(rgb, None, None, scale, scale, cv2.INTER_AREA)[: HEIGHT - 60]
        x = middle - round((found.box[0] + found.box[2]) / 2 * scale)
        frame[60 : 60 + small.shape[0], x : x + small.shape[1]] = small
    return (frame * np.float32(light)).astype(np.uint8)


def named(tracker: FaceTracker, frames: Sequence[Picture]) -> list[dict[str, float]]:
    """On each frame the x of each named face's middle."""
    return [
        {one.name: float(one.points[:, 0].mean()) for one in tracker.look(rgb) if one.name}
        for rgb in frames
    ]


@pytest.mark.parametrize("face", [40, 60, 110])
def test_faces_far_away_are_known_from_the_first_frame(
    actors: Actors, people: Embeddings, face: float
) -> None:
    first, second = people
    frame = film(actors, {first: LEFT, second: RIGHT}, face)
    for seen in named(FaceTracker(people, {}), [frame] * 3):
        assert seen == {
            first: pytest.approx(LEFT, abs=face / 2),
            second: pytest.approx(RIGHT, abs=face / 2),
        }


@pytest.mark.parametrize("light", [0.35, 0.15])
def test_faces_in_the_dark_are_known(actors: Actors, people: Embeddings, light: float) -> None:
    first, second = people
    frame = film(actors, {first: LEFT, second: RIGHT}, light=light)
    assert all(seen.keys() == people.keys() for seen in named(FaceTracker(people, {}), [frame] * 3))


def test_a_face_that_could_not_be_seen_at_first_is_soon_found(
    actors: Actors, people: Embeddings
) -> None:
    first, second = people
    frame = film(actors, {first: LEFT, second: RIGHT})
    hidden = frame.copy()
    hidden[:, WIDTH // 2 :] = WALL
    seen = named(FaceTracker(people, {}), [hidden] * 2 + [frame] * 3)
    assert [second in one for one in seen[:2]] == [False, False]
    assert seen[-1].keys() == people.keys()


def test_people_who_are_there_all_at_once_are_known_at_once(
    actors: Actors, people: Embeddings
) -> None:
    first, second = people
    empty = np.full((HEIGHT, WIDTH, 3), WALL, np.uint8)
    frame = film(actors, {first: LEFT, second: RIGHT})
    seen = named(FaceTracker(people, {}), [empty] * 20 + [frame] * 2)
    assert not any(seen[:20])
    assert all(one.keys() == people.keys() for one in seen[20:])


def test_a_face_in_anothers_place_does_not_get_their_name(
    actors: Actors, people: Embeddings
) -> None:
    first, second = people
    frames = [film(actors, {name: MIDDLE}) for name in (first, second)]
    before = named(FaceTracker(people, {}), [frames[0]] * 6 + [frames[1]] * 6)
    assert all(one.keys() == {first} for one in before[:6])
    assert all(one.keys() == {second} for one in before[6:])


def test_a_stranger_in_somebodys_place_stays_nameless(actors: Actors, people: Embeddings) -> None:
    first = next(iter(people))
    stranger = next(name for name in actors if name not in people)
    frames = [film(actors, {name: MIDDLE}) for name in (first, stranger)]
    tracker = FaceTracker({first: people[first]}, {})
    before = named(tracker, [frames[0]] * 6 + [frames[1]] * 6)
    assert all(one.keys() == {first} for one in before[:6])
    assert not any(before[6:])


def test_whoever_walks_past_somebody_keeps_their_name(actors: Actors, people: Embeddings) -> None:
    first, second = people
    ways = [{first: MIDDLE, second: round(x)} for x in np.linspace(LEFT, RIGHT, 32)]
    seen = named(FaceTracker(people, {}), [film(actors, way) for way in ways])
    for way, one in zip(ways, seen, strict=True):  # the second covers the first in the middle
        assert all(place == pytest.approx(way[name], abs=30) for name, place in one.items())
    assert seen[0].keys() == seen[-1].keys() == people.keys()
