"""Which place a scene is shot in."""

from dataclasses import replace

import pytest

from script2movie.errors import PlanError
from script2movie.movie import Light, Style
from script2movie.stages import Setting
from script2movie.storyboard.sets import choose, places


def setting(place: str, *, interior: bool = True, light: Light = Light.DAY) -> Setting:
    return Setting(place, interior, light, "", "", "", (), (), Style.PHOTO)


def test_every_file_that_a_place_names_is_there() -> None:
    for place in places():
        files = [place.panorama, place.night_panorama]
        for plate in place.plates.values():
            files += [plate.picture, plate.night, plate.depth]
        assert all(file.exists() for file in files if file), place.name
        assert {"wide", "a", "b", "reverse"} <= set(place.angles)


@pytest.mark.parametrize(
    ("place", "interior", "tag"),
    [
        ("Anna's kitchen", True, "kitchen"),
        ("the old pine forest", False, "forest"),
        ("warehouse by the docks", True, "warehouse"),
        ("village square", False, "square"),
        ("harbor", False, "harbor"),
    ],
)
def test_a_place_by_its_own_name(place: str, interior: bool, tag: str) -> None:
    choice = choose(setting(place, interior=interior), places())
    assert tag in choice.place.tags
    assert choice.note == ""


def test_a_word_of_the_same_meaning_needs_no_note() -> None:
    choice = choose(setting("woodland clearing", interior=False), places())
    assert "forest" in choice.place.tags
    assert choice.note == ""


@pytest.mark.parametrize("place", ["submarine", "cathedral", "zxqv"])
def test_a_stand_in_is_reported(place: str) -> None:
    choice = choose(setting(place), places())
    assert place in choice.note
    assert choice.place.title in choice.note


def test_a_boat_in_the_harbour_is_no_harbour_and_a_bench_in_the_park_is_in_it() -> None:
    for place in ("deck of his boat in the harbour", "the ship's cabin"):
        assert place in choose(setting(place, interior="cabin" in place), places()).note
    for place in ("a bench in the park", "the edge of the forest", "the shop in the square"):
        choice = choose(setting(place, interior="shop" in place), places())
        assert choice.note == ""


def test_a_pinned_set_is_taken_and_an_unknown_one_refused() -> None:
    name = places()[0].name
    assert choose(replace(setting("moon"), set=name), places()).place.name == name
    with pytest.raises(PlanError, match=f"'{name}'"):
        choose(replace(setting("moon"), set=name + "x"), places())


def test_a_night_panorama_never_shows_a_day() -> None:
    dark = [place for place in places() if place.night]
    for place in dark:
        chosen = choose(setting(place.tags[0], interior=place.interior), places())
        assert not chosen.place.night
