"""The people of a film: portraits, voices that a user put there, and more people than figures."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from synthetic import FERRY, FIGURES, spoken

from script2movie.bank import default_figures
from script2movie.errors import BankError
from script2movie.media.clips import write_wav
from script2movie.movie import (
    Appearance,
    CastMember,
    Framing,
    Light,
    Movie,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.moviebench.casting import bank_of, cast_of
from script2movie.moviebench.dataset import open_dataset


def test_voices_and_photos_are_where_a_user_put_them(
    tree: Path, copied: Callable[[Path], Path]
) -> None:
    folder = copied(tree)
    people = folder / "Character_Bank_All_11.16" / FERRY
    anna = people / "Mary-Ann_Fox-Anna_O'Neil"
    write_wav(spoken("The last boat leaves soon, and I will be on it."), anna / "voice.wav", 24_000)
    (anna / "voice.txt").write_text("The last boat leaves soon,\nand I will be on it.\n", "utf-8")
    (anna / "blurred.jpg").write_bytes(b"no picture")
    shutil.rmtree(people / "T._J._Hall-Old_Tom")
    bank, remarks = bank_of(open_dataset(folder).film(FERRY))
    by_name = {person.name: person for person in bank}
    assert set(by_name) == set(FIGURES[FERRY])
    sample = by_name["Anna O'Neil"].voice_sample
    assert sample is not None and sample.path == anna / "voice.wav"
    assert sample.transcript == "The last boat leaves soon, and I will be on it."
    assert [one.path.name for one in by_name["Anna O'Neil"].portraits] == ["best.jpg"]
    assert len(remarks) == 1 and "blurred.jpg" in remarks[0] and "left out" in remarks[0]
    # who is in the scoring bank alone is played from there
    assert by_name["Old Tom"].portraits[0].path.parent.name == FERRY
    write_wav(spoken("Hm.")[:4_000], anna / "voice.wav", 24_000)
    with pytest.raises(BankError, match=r"voice\.wav"):
        bank_of(open_dataset(folder).film(FERRY))


def test_more_people_than_figures_share_them_and_it_is_said() -> None:
    count = len(default_figures()) + 3
    names = [f"Passer-by {number}" for number in range(count)]
    often = names[-1]
    shot = Shot("s01_sh001", ShotSize.MEDIUM, Framing.SINGLE, characters=(Appearance(often),))
    scene = Scene("s01", "street", False, Light.DAY, (shot,))
    movie = Movie("Crowd", tuple(map(CastMember, names)), (scene,))
    people, (remark,) = cast_of(movie, (), seed=0)
    assert [person.name for person in people] == names
    assert all(person.portraits for person in people)
    figures = {person.name: person.figure for person in people}
    shared = remark.split(": ")[1].split(", ")
    assert len(shared) == 3 and often not in shared
    alone = [figures[name] for name in names if name not in shared]
    assert len(set(alone)) == len(alone)
