"""The default cast, dealt once for a film to whoever has no portrait.

Each person gets the figure nearest to what the text says of them (gender before age before looks),
in the order of the film's cast, never one that is taken, and none that a face recogniser may take
for one of those. So a person added at the end changes nobody else's face. Knows the package's own
figures and nothing of cast folders.
"""

import difflib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path

from script2movie.errors import BankError
from script2movie.movie import Age, CastMember, Character, Gender, Portrait
from script2movie.names import same_name
from script2movie.perception.identity import SAME_PERSON

__all__ = ["Figure", "complete_bank", "default_figures", "figures_in"]

_AGES = tuple(Age)
_WORD = re.compile(r"[^\W\d_]{3,}")
_LOOKS = ("look", "hair", "skin", "clothes", "tags")  # keys of figure.json that tell looks
_SKINS = ("brown", "tan olive", "pale fair", "light")  # of figure.json: kin have one of them
_KIN = re.compile(
    r"(?:(?:grand|step|half[- ])?(?:mother|father|daughter|son|child|parent|sister|brother)"
    r"|mum|mom|dad|ma|pa|aunt|uncle|cousin|niece|nephew|twin)s?"
)
TOO_ALIKE = 0.45  # nearer figures are mixed up in a drawing, and not only taken for kin
UNLIKE = 1.0  # stands for every distance that alike.json leaves out
_NO_LOOK = re.compile(
    r"the|and|with|her|his|has|who|for|from|that|this|are|was|she|him|very|man|woman|hair|skin|eyes"
    r"|wears|wearing|clothes|person|face|old|young|boy|girl"
)


@dataclass(frozen=True)
class Figure:
    """A person that we drew, not a photo. `looks` are the words that tell them from others.

    `alike` has the figures that a face recogniser may take for this one, by name, and how far
    they are from it.
    """

    name: str
    gender: Gender
    age: Age
    portrait: Path
    looks: frozenset[str] = frozenset()
    skin: str = ""
    alike: Mapping[str, float] = field(default_factory=dict)


@cache
def default_figures() -> tuple[Figure, ...]:
    """The figures that come with the package, in the order of their names."""
    return figures_in(Path(str(resources.files("script2movie") / "assets" / "cast")))


def figures_in(folder: Path) -> tuple[Figure, ...]:
    """The figures of `folder`: a folder each, with portrait.webp and figure.json.

    `alike.json` beside them has the distances of those who look alike: tools/measure_figures.py.
    """
    alike = json.loads((folder / "alike.json").read_text("utf-8"))
    return tuple(
        _read_figure(path, alike.get(path.parent.name, {}))
        for path in sorted(folder.glob("*/figure.json"))
    )


def _read_figure(path: Path, alike: Mapping[str, float]) -> Figure:
    told = json.loads(path.read_text("utf-8"))
    return Figure(
        name=path.parent.name,
        gender=Gender(told["gender"]),
        age=Age(told["age"]),
        portrait=path.parent / "portrait.webp",
        looks=_looks(" ".join(_strings([told[key] for key in _LOOKS if key in told]))),
        skin=next((s for s in _SKINS if set(s.split()) & _looks(told.get("skin", ""))), ""),
        alike=alike,
    )


def _strings(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return [str(value)]


def _looks(text: str) -> frozenset[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(word for word in words if not _NO_LOOK.fullmatch(word))


def complete_bank(
    movie_cast: Sequence[CastMember],
    bank: Sequence[Character],
    *,
    seed: int = 0,
    figures: Sequence[Figure] | None = None,
) -> tuple[Character, ...]:
    """The film's people in the order of its cast, each with a portrait.

    The bank's portraits and voice with what the plan says of the person: where both speak, the
    plan does. Who has no portrait gets a figure: the one the plan pins, or one that is dealt;
    `seed` only tells apart figures that fit equally well. Raises `BankError` where a figure is
    unknown or pinned twice, or where the figures do not suffice.
    """
    figures = default_figures() if figures is None else figures
    found = [_in_bank(member, bank) for member in movie_cast]
    _check_once(movie_cast, found)
    people = [_merged(*pair) for pair in zip(movie_cast, found, strict=True)]
    cast = _pinned(people, figures)
    short: list[Character] = []
    for person in people:
        if person.portraits or person.name in cast:
            continue
        taken = {figure.name for figure in cast.values()}
        free = [
            figure
            for figure in figures
            if figure.name not in taken and person.gender in {None, figure.gender}
        ]
        if free:
            kin = [cast[one.name] for one in people if one.name in cast and _are_kin(person, one)]
            others = [figure for figure in cast.values() if figure not in kin]
            cast[person.name] = min(
                free, key=lambda figure: _distance(person, figure, kin, others, seed)
            )
        else:
            short.append(person)
    if short:
        raise BankError(_missing(short, people, figures))
    return tuple(
        _played(person, cast[person.name]) if person.name in cast else person for person in people
    )


def _in_bank(member: CastMember, bank: Sequence[Character]) -> Character:
    """The person of the bank who is meant, or one of whom nothing is known."""
    names = {same_name(name) for name in (member.name, *member.aliases)}
    found = [one for one in bank if same_name(one.name) == same_name(member.name)] or [
        one for one in bank if names & {same_name(name) for name in (one.name, *one.aliases)}
    ]
    if len(found) > 1:
        either = " or ".join(one.name for one in found)
        raise BankError(
            f"{member.name} of the plan may be {either} of the cast folder: "
            "change the aliases in the plan"
        )
    return found[0] if found else Character(name=member.name, portraits=())


def _check_once(movie_cast: Sequence[CastMember], found: Sequence[Character]) -> None:
    """Raises `BankError` where two people of the plan are one of the cast folder."""
    played: dict[str, str] = {}
    for member, one in zip(movie_cast, found, strict=True):
        other = played.setdefault(one.name, member.name)
        if other != member.name:
            raise BankError(
                f"{other} and {member.name} of the plan are both {one.name} of the cast folder: "
                "make them one person of the plan, or change their aliases"
            )


def _merged(member: CastMember, one: Character) -> Character:
    """A person as the plan has them and as the bank has them, together."""
    if one.portraits and member.figure:
        raise BankError(
            f"{member.name} has a portrait ({one.portraits[0].path}), yet the plan pins the figure "
            f'{member.figure}: set its "figure" to ""'
        )
    about = [text for text in (one.about, member.about) if text]
    if len(about) == 2 and about[0] in about[1]:
        about = about[1:]
    aliases = {same_name(name): name for name in (*one.aliases, *member.aliases)}
    aliases.pop(same_name(member.name), None)
    return Character(
        name=member.name,
        portraits=one.portraits,
        voice_sample=one.voice_sample,
        about=" ".join(about),
        gender=member.gender or one.gender,
        age=member.age or one.age,
        aliases=tuple(aliases.values()),
        figure=member.figure,
        voice=member.voice,
    )


def _pinned(people: Sequence[Character], figures: Sequence[Figure]) -> dict[str, Figure]:
    """The figures that the plan gives by name, by person."""
    known = {figure.name: figure for figure in figures}
    pinned: dict[str, Figure] = {}
    for person in people:
        if not person.figure:
            continue
        if person.figure not in known:
            near = difflib.get_close_matches(person.figure, known, n=1, cutoff=0.0)
            raise BankError(
                f"{person.name}: there is no figure {person.figure!r}"
                + (f"; the nearest is {near[0]}" if near else "")
            )
        for other, figure in pinned.items():
            if figure.name == person.figure:
                raise BankError(
                    f"{other} and {person.name} both have the figure {person.figure}: change one"
                )
        pinned[person.name] = known[person.figure]
    return pinned


def _distance(
    person: Character,
    figure: Figure,
    kin: Sequence[Figure],
    others: Sequence[Figure],
    seed: int,
) -> tuple[int, int, bytes]:
    """How far a figure of the right gender is from a person: age and faces, then looks, then lot.

    `kin` and `others` are who is in the film already. A figure that is one step of age off is
    taken before one who may be mistaken for another, and one who is two steps off is not; but
    before one who will be. Kin may be like each other, and have one skin.
    """
    age = person.age or Age.ADULT
    steps = abs(_AGES.index(age) - _AGES.index(figure.age))

    def nearest(among: Sequence[Figure]) -> float:
        return min((figure.alike.get(other.name, UNLIKE) for other in among), default=UNLIKE)

    off = 2 * steps
    if nearest((*kin, *others)) < TOO_ALIKE:
        off += 7
    elif nearest(others) < SAME_PERSON:
        off += 3
    if any(figure.skin != one.skin for one in kin):
        off += 3
    lot = hashlib.sha256(f"{seed} {person.name} {figure.name}".encode()).digest()
    return off, -len(_looks(person.about) & figure.looks), lot


def _are_kin(one: Character, other: Character) -> bool:
    """Whether a description says so: 'the mother of Mia', 'Mia's brother'."""
    for person, named in ((one, other), (other, one)):
        for name in (named.name, *named.aliases):
            called = re.escape(name)
            if re.search(
                rf"\b{called}['’]s? (?:\w+ )?{_KIN.pattern}\b|\b{_KIN.pattern} of {called}\b",
                person.about,
                re.IGNORECASE,
            ):
                return True
    return False


def _played(person: Character, figure: Figure) -> Character:
    """`person` with the figure's face, and its gender and age where the text leaves them open."""
    return replace(
        person,
        portraits=(Portrait(figure.portrait, default_figure=True),),
        gender=person.gender or figure.gender,
        age=person.age or figure.age,
        figure=figure.name,
    )


def _missing(
    short: Sequence[Character], people: Sequence[Character], figures: Sequence[Figure]
) -> str:
    needed = sum(not person.portraits for person in people)
    genders = Counter(figure.gender for figure in figures)
    portraits = "a portrait is" if len(short) == 1 else f"{len(short)} portraits are"
    return (
        f"{portraits} missing: {needed} people have none and the default cast has "
        f"{genders[Gender.FEMALE]} women and {genders[Gender.MALE]} men; add <Name>/portrait.jpg "
        f"to the cast folder for {', '.join(person.name for person in short)}"
    )
