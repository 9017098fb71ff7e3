"""The report: counts worked out by hand, and what a page may and may not hold."""

import html
import json
import re
from pathlib import Path

import numpy as np
import pytest

from script2movie.movie import (
    NARRATOR,
    Appearance,
    CameraMove,
    Framing,
    Light,
    Line,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.perception.words import WordCounts
from script2movie.report.findings import (
    Findings,
    HeardLine,
    Making,
    SeenPerson,
    SeenShot,
    Substitution,
)
from script2movie.report.looking import Look, Sighting, jpeg
from script2movie.report.page import page
from script2movie.report.scoring import (
    IdentityCounts,
    VoiceScore,
    count_identities,
    frame_numbers,
    score_voices,
    stretches,
)

# --- who is seen ------------------------------------------------------------------------------


def test_identity_is_summed_over_shots_before_any_ratio() -> None:
    shots = [
        ({"Anna", "Ben"}, {"Anna", "Ben"}),  # 2 right
        ({"Anna"}, {"Anna", "Cy"}),  # 1 right, 1 unplanned
        ({"Ben", "Cy"}, {"Ben"}),  # 1 right, 1 missed
        (set(), set()),  # an empty place
        ({"Cy"}, set()),  # 1 missed
    ]
    total = sum((count_identities(*shot) for shot in shots), IdentityCounts())
    assert total == IdentityCounts(4, 1, 2)
    assert total.precision == pytest.approx(4 / 5)
    assert total.recall == pytest.approx(4 / 6)
    assert total.f1 == pytest.approx(8 / 11)


def test_nothing_to_recognise_has_no_score() -> None:
    nothing = count_identities(frozenset(), frozenset())
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)


def test_frames_are_spread_and_never_at_a_cut() -> None:
    assert frame_numbers(50) == (5, 15, 25, 35, 45)
    assert frame_numbers(50, first=10) == (14, 22, 30, 38, 46)
    assert frame_numbers(3) == (0, 1, 2)
    assert frame_numbers(1) == (0,)


# --- whose voice ------------------------------------------------------------------------------


def test_voices_are_compared_within_and_between() -> None:
    def at(degrees: float) -> np.ndarray:
        radians = np.deg2rad(degrees)
        return np.array([np.cos(radians), np.sin(radians)], np.float32)

    score = score_voices(
        [
            ("Anna", "s1", at(0)),
            ("Anna", "s2", at(20)),
            ("Ben", "s1", at(90)),
            ("Cy", "s2", at(50)),
        ]
    )
    assert [(person, pair.first, pair.second) for person, pair in score.within] == [
        ("Anna", "s1", "s2")
    ]
    assert score.least_alike_stretches == pytest.approx(np.cos(np.deg2rad(20)), abs=1e-6)
    assert (score.between[0].first, score.between[0].second) == ("Anna", "Cy")
    assert score.most_alike_people == pytest.approx(np.cos(np.deg2rad(40)), abs=1e-6)


def test_one_voice_alone_has_nothing_to_be_compared_with() -> None:
    score = score_voices([("Anna", "s1", np.ones(1, np.float32))])
    assert (score.least_alike_stretches, score.most_alike_people) == (None, None)


def test_a_voice_is_heard_in_stretches_long_enough_to_tell_it() -> None:
    lines = [("Anna", 1.0), ("Ben", 4.0), ("Anna", 2.5), ("Anna", 3.0), ("Ben", 0.5), ("Cy", 0.4)]
    assert stretches(lines) == [(0, 2), (1, 4), (3,), (5,)]
    assert stretches([]) == []


# --- the page ---------------------------------------------------------------------------------

EVIL = "<script>alert('Zoë & \"co\"')</script>"


def findings(*, planned: str = EVIL, seen: str = EVIL) -> Findings:
    line = Line(EVIL, f"I am {EVIL}", parenthetical=EVIL)
    shot = Shot(
        "s01_sh001",
        ShotSize.CLOSE_UP,
        Framing.OVER_THE_SHOULDER,
        CameraMove.STATIC,
        (Appearance(planned), Appearance("Ben", back_to_camera=True)),
        plot=EVIL,
        dialogue=(line, Line(NARRATOR, "It rains.", off_screen=True)),
    )
    scene = Scene("s01", EVIL, True, Light.DAY, (shot,), description=EVIL)
    picture = jpeg(np.zeros((9, 16, 3), np.uint8))
    face = Sighting(seen, seen, 0.41, (1.0, 1.0, 5.0, 5.0))
    look = Look(((face,), (face,), (), (face,), (face,)), picture, picture)
    heard = (
        HeardLine(line, EVIL, WordCounts(3, 1), 1.0),
        HeardLine(shot.dialogue[1], "", WordCounts(2), 1.0),
    )
    return Findings(
        title=EVIL,
        logline=EVIL,
        style="photo",
        planner=EVIL,
        shots=(SeenShot(scene, shot, 61.0, 3.0, look, heard, (EVIL,)),),
        people=(SeenPerson(planned, EVIL, picture, EVIL, EVIL, 1, 1, 1),),
        voices=VoiceScore((), ()),
        substitutions=(Substitution(EVIL, ("s01_sh001",)),),
        making=Making(
            width=1280,
            height=720,
            fps=24,
            num_frames=1512,
            seed=7,
            fingerprints={"speaker": EVIL},
            seconds={"film": 12.3},
            memory={"film": 300_000_000},
            versions={"Python": "3.11"},
            restrictions=(EVIL,),
        ),
        instruments={"Faces": EVIL},
    )


def test_nothing_of_a_film_is_markup() -> None:
    text = page(findings())
    assert "<script" not in text
    assert html.escape(EVIL, quote=False) in text.replace("&#39;", "'").replace("&#34;", '"')


def test_the_page_needs_nothing_else() -> None:
    text = page(findings())
    assert not re.findall(r"""(?:src|href)=["'](?!data:image/jpeg;base64,|#)""", text)
    assert "http" not in text
    assert "@import" not in text
    assert "url(" not in text


def test_the_page_says_that_the_film_is_synthetic_and_what_forbids_commerce() -> None:
    text = page(findings())
    assert "This film is synthetic" in text
    assert "Not for commercial use" in text


def test_every_link_of_the_page_leads_somewhere() -> None:
    text = page(findings())
    places = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= places


def test_a_person_with_their_back_to_us_is_not_expected() -> None:
    film = findings()
    assert film.shots[0].hidden == ["Ben"]
    assert film.identity == IdentityCounts(1, 0, 0)


def test_who_is_missed_is_said() -> None:
    film = findings(planned="Anna", seen="Cy")
    assert film.identity == IdentityCounts(0, 1, 1)
    assert film.remarks[:2] == [
        ("s01_sh001", "Anna was not recognised"),
        ("s01_sh001", "Cy was recognised, unplanned"),
    ]
    text = page(film)
    assert "Anna: missed 0/5" in text
    assert "Cy: unplanned 4/5" in text


def test_numbers_on_the_page_are_those_in_the_json() -> None:
    film = findings()
    told = json.loads(json.dumps(film.as_json()))
    assert told["scores"]["identity"]["f1"] == 1.0
    assert told["scores"]["words"]["error_rate"] == pytest.approx(0.2)
    assert told["making"]["seed"] == 7
    assert told["shots"][0]["lines"][0]["substitutions"] == 1
    assert "20.0 %" in page(film)


def test_a_look_is_kept_whole(tmp_path: Path) -> None:
    look = findings().shots[0].look
    look.write(tmp_path / "look.json")
    assert Look.read(tmp_path / "look.json") == look
