"""The film's people: what words say of them, and the figures that play them."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from script2movie.bank import Figure, complete_bank, default_figures
from script2movie.bank.about import read_about
from script2movie.errors import BankError, WeightsError
from script2movie.movie import Age, CastMember, Character, Gender, Portrait
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser

# --- about ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gender", "age"),
    [
        ("A woman of thirty, tall.", Gender.FEMALE, Age.YOUNG),
        ("aged 70", None, Age.OLD),
        ("A boy of nine.", Gender.MALE, Age.CHILD),
        ("A young boy", Gender.MALE, Age.CHILD),
        ("A mother of two", Gender.FEMALE, None),
        ("Anna, 44, a baker", None, Age.ADULT),
        ("His sister, in her late sixties", Gender.FEMALE, Age.OLD),
        ("A seventy-two-year-old man", Gender.MALE, Age.OLD),
        ("An old friend; she runs the bar", Gender.FEMALE, None),
        ("A teenage girl", Gender.FEMALE, Age.TEEN),
        ("He is fifty and tired", Gender.MALE, Age.ADULT),
        ("", None, None),
    ],
)
def test_what_words_say_of_a_person(text: str, gender: Gender | None, age: Age | None) -> None:
    about = read_about(text)
    assert (about.gender, about.age) == (gender, age)


# --- the film's people ------------------------------------------------------------------------


def figures() -> tuple[Figure, ...]:
    def figure(name: str, gender: Gender, age: Age, *looks: str) -> Figure:
        return Figure(name, gender, age, Path(f"{name}/portrait.webp"), frozenset(looks))

    return (
        figure("ada", Gender.FEMALE, Age.YOUNG, "red", "curly"),
        figure("bea", Gender.FEMALE, Age.YOUNG, "black", "short"),
        figure("cleo", Gender.FEMALE, Age.OLD, "grey"),
        figure("dirk", Gender.MALE, Age.ADULT, "beard"),
        figure("egon", Gender.MALE, Age.OLD, "grey", "beard"),
    )


WOMAN = CastMember("Mia", "Her red hair is curly.", Gender.FEMALE, Age.YOUNG)
FILM = [
    WOMAN,
    CastMember("Old Tom", "", Gender.MALE, Age.OLD),
    CastMember("Rita", "", Gender.FEMALE, Age.ADULT),
]


def dealt(cast: list[CastMember], **options: int) -> dict[str, str]:
    return {one.name: one.figure for one in complete_bank(cast, (), figures=figures(), **options)}


def test_a_figure_fits_what_the_text_says() -> None:
    assert dealt(FILM)["Mia"] == "ada"
    assert dealt(FILM)["Old Tom"] == "egon"


@pytest.mark.parametrize("seed", range(8))
def test_a_person_added_at_the_end_changes_no_face(seed: int) -> None:
    more = [*FILM, CastMember("Uwe"), CastMember("Zora", "", Gender.FEMALE, Age.OLD)]
    before, after = dealt(FILM, seed=seed), dealt(more[:4], seed=seed)
    assert after | before == after
    assert len(set(after.values())) == len(after)


def test_more_people_than_figures_says_how_many_portraits_are_missing() -> None:
    crowd = [CastMember(f"Woman {letter}", gender=Gender.FEMALE) for letter in "ABCDE"]
    with pytest.raises(BankError, match=r"2 portraits are missing: 5 people .* Woman D, Woman E"):
        complete_bank(crowd, (), figures=figures())


def test_the_plan_pins_a_figure() -> None:
    cast = [WOMAN, CastMember("Ben", figure="ada")]
    assert dealt(cast) == {"Mia": "bea", "Ben": "ada"}
    with pytest.raises(BankError, match="Ben: there is no figure 'egonn'; the nearest is egon"):
        dealt([CastMember("Ben", figure="egonn")])
    with pytest.raises(BankError, match="Mia and Ben both have the figure ada"):
        dealt([replace(WOMAN, figure="ada"), CastMember("Ben", figure="ada")])


def pairs(cast: list[CastMember], *, seed: int = 0) -> list[tuple[str, str, float]]:
    """The default figures that are dealt to a film and how far every two of them are apart."""
    known = {figure.name: figure for figure in default_figures()}
    faces = [known[one.figure] for one in complete_bank(cast, (), seed=seed)]
    return [(a.name, b.name, a.alike.get(b.name, 1.0)) for a, b in combinations(faces, 2)]


@pytest.mark.parametrize("seed", range(12))
def test_no_two_figures_of_a_film_are_taken_for_each_other(seed: int) -> None:
    two_and_two = [
        CastMember("Anna", "", Gender.FEMALE, Age.YOUNG),
        CastMember("Tom", "", Gender.MALE, Age.ADULT),
        CastMember("Mia", "", Gender.FEMALE),
        CastMember("Ned", "", Gender.MALE, Age.OLD),
    ]
    assert [pair for pair in pairs(two_and_two, seed=seed) if pair[2] < 0.60] == []


@pytest.mark.parametrize("seed", range(12))
def test_the_figures_most_alike_are_never_in_one_film(seed: int) -> None:
    singer = CastMember("Ada", "A young Black woman with an afro.", Gender.FEMALE, Age.YOUNG)
    girl = CastMember("Zoe", "A Black girl of nine.", Gender.FEMALE, Age.CHILD)
    boy = CastMember("Max", "", Gender.MALE, Age.CHILD)
    for cast in ([singer, girl], [girl, singer], [boy, CastMember("Eva", "", *GIRL)]):
        assert all(far >= 0.45 for _, _, far in pairs(cast, seed=seed))


GIRL = (Gender.FEMALE, Age.CHILD)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("about", ["Mia's mother", "the mother of Mia", "Mia’s young aunt"])
@pytest.mark.parametrize("daughter", ["amber", "aisha"])
def test_kin_have_one_skin(daughter: str, about: str, seed: int) -> None:
    known = {figure.name: figure for figure in default_figures()}
    cast = [
        CastMember("Mia", "", Gender.FEMALE, Age.YOUNG, figure=daughter),
        CastMember("Jo", about, Gender.FEMALE, Age.ADULT),
    ]
    one, other = (known[person.figure] for person in complete_bank(cast, (), seed=seed))
    assert one.skin == other.skin != ""


def test_what_is_told_of_likeness_is_what_the_recogniser_sees() -> None:
    detector, recogniser = open_or_skip()
    known = {figure.name: figure for figure in default_figures()}
    faces = {}
    for name in ("aisha", "nia", "leo", "lily", "walter", "viktor", "james"):
        cut = Image.open(known[name].portrait).convert("RGBA")
        grey = Image.new("RGBA", cut.size, (128, 128, 128, 255))
        rgb = np.array(Image.alpha_composite(grey, cut).convert("RGB"))
        faces[name] = recogniser.embed(rgb, detector.detect(rgb)[0])
    for one, other in combinations(faces, 2):
        distance = float(np.linalg.norm(faces[one] - faces[other]))
        told = known[one].alike.get(other)
        assert told == known[other].alike.get(one)
        assert distance == pytest.approx(told, abs=0.03) if told else distance > 0.57


def open_or_skip() -> tuple[FaceDetector, FaceRecogniser]:
    try:
        return FaceDetector(), FaceRecogniser()
    except WeightsError as error:
        pytest.skip(str(error))


def test_bank_and_plan_make_one_person() -> None:
    portrait = Portrait(Path("tom.jpg"))
    bank = [
        Character("Extra", (portrait,)),
        Character("Thomas", (portrait,), about="A sailor.", aliases=("Old Tom",), age=Age.ADULT),
    ]
    (tom,) = complete_bank([CastMember("old tom", "He limps.", Gender.MALE)], bank)
    assert (tom.name, tom.portraits) == ("old tom", (portrait,))
    assert (tom.gender, tom.age, tom.about) == (Gender.MALE, Age.ADULT, "A sailor. He limps.")
    assert tom.figure == ""


def test_two_people_of_the_plan_are_not_one_of_the_bank() -> None:
    bank = [Character("Tom", (Portrait(Path("tom.jpg")),), aliases=("Tommy",))]
    with pytest.raises(BankError, match="Tom and Tommy of the plan are both Tom"):
        complete_bank([CastMember("Tom"), CastMember("Tommy")], bank)


def test_a_figure_gives_what_the_text_leaves_open() -> None:
    (someone,) = complete_bank([CastMember("Kim")], (), figures=figures()[:1])
    assert (someone.gender, someone.age) == (Gender.FEMALE, Age.YOUNG)
    assert someone.portraits[0].default_figure


def test_the_package_brings_figures_for_a_film() -> None:
    cast = default_figures()
    assert {figure.gender for figure in cast} == set(Gender)
    assert all(figure.portrait.is_file() for figure in cast)
