"""A shot into the words that a model wants. Pure: no model, no tokenizer, no randomness.

    looks_of       a person of the bank in a few words
    phrases        a shot as phrases with ranks: medium, frame, people, clothes, place, light, ...
    short_prompt   phrases into a text of at most so many tokens; what had no room is told
    unsaid         what of a text was not told yet
    whole_sentences  the first of them that a model has room for
    nameless       a text with people called by what they are
    instructions   a shot as sentences for a model that takes numbered reference pictures
    avoided        what a picture in this style must not be

CLIP has never heard of Anna, so a short prompt says 'a young woman'; an editor is told that picture
1 is Anna. A scene's wardrobe, place and props are in every shot of it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from script2movie.movie import (
    Age,
    Appearance,
    Character,
    Framing,
    Gender,
    Light,
    Position,
    ShotSize,
    Style,
)
from script2movie.stages import Setting, View

__all__ = [
    "Phrase",
    "avoided",
    "instructions",
    "kinds_of",
    "looks_of",
    "nameless",
    "phrases",
    "short_prompt",
    "unsaid",
    "whole_sentences",
]

MEDIUM = {
    Style.PHOTO: "film still, 35 mm photograph, natural skin",
    Style.NOIR: "black and white film noir still, hard shadows",
    Style.COMIC: "comic book panel, ink lines, flat colours",
    Style.SKETCH: "pencil sketch, fine lines on paper",
}
AVOIDED = {
    Style.PHOTO: "drawing, painting, cartoon, 3d render",
    Style.NOIR: "colour, drawing, cartoon, 3d render",
    Style.COMIC: "photograph, 3d render",
    Style.SKETCH: "photograph, colour, 3d render",
}
FAULTS = "deformed face, extra people, extra limbs, blurry, text, watermark, split screen"
NOUNS = {
    (Gender.FEMALE, Age.CHILD): "a little girl",
    (Gender.FEMALE, Age.TEEN): "a teenage girl",
    (Gender.FEMALE, Age.YOUNG): "a young woman",
    (Gender.FEMALE, Age.OLD): "an old woman",
    (Gender.MALE, Age.CHILD): "a little boy",
    (Gender.MALE, Age.TEEN): "a teenage boy",
    (Gender.MALE, Age.YOUNG): "a young man",
    (Gender.MALE, Age.OLD): "an old man",
}
LIGHTS = {
    Light.DAY: "daylight",
    Light.MORNING: "morning light",
    Light.EVENING: "evening light",
    Light.NIGHT: "night",
}
FRAMED = {
    Framing.SINGLE: "single",
    Framing.TWO_SHOT: "two-shot",
    Framing.GROUP: "group shot",
    Framing.OVER_THE_SHOULDER: "over-the-shoulder shot",
    Framing.POINT_OF_VIEW: "point of view shot",
    Framing.ESTABLISHING: "establishing shot",
    Framing.INSERT: "insert of a detail",
}
TITLES = (  # words of names that are no names: alone they mean something else in a text
    "a an and the of old young big little tall fat first second third mr mrs ms miss mister madam "
    "sir lady lord dame dr doctor prof professor father mother brother sister uncle aunt grandma "
    "grandpa captain colonel major sergeant lieutenant general officer inspector detective agent "
    "judge king queen prince princess count countess baron saint st"
)
MUST, SHOULD, MAY = 0, 1, 2  # ranks of phrases


@dataclass(frozen=True)
class Phrase:
    """A part of a prompt. Rank 0 stays; where there is no room the highest rank goes first."""

    text: str
    rank: int
    what: str  # what a remark calls it where it had no room


def looks_of(character: Character) -> str:
    """'a young woman, a baker with short red hair': kind, then the bank's own words."""
    plain = {Gender.FEMALE: "a woman", Gender.MALE: "a man", None: "a person"}[character.gender]
    noun = next((NOUNS[key] for key in NOUNS if key == (character.gender, character.age)), plain)
    about = _one_line(character.about).rstrip(".")
    return f"{noun}, {about}" if about else noun


def phrases(setting: Setting, view: View, looks: Mapping[str, str]) -> tuple[Phrase, ...]:
    """The shot in the order in which a prompt names it; `looks` are `looks_of` by character."""
    wardrobe = dict(setting.wardrobe)
    kinds = kinds_of(looks)
    told = [Phrase(MEDIUM[setting.style], MUST, "style"), Phrase(_frame(view), MUST, "framing")]
    for one in view.characters:
        noun, _, details = looks.get(one.character, "a person").partition(", ")
        where = _where(one, alone=len(view.characters) == 1)
        told.append(Phrase(f"{noun} {where}".strip(), MUST, one.character))
        if wardrobe.get(one.character):
            worn = nameless(wardrobe[one.character], kinds)
            told.append(Phrase(f"{_short(noun)} wears {worn}", SHOULD, "wardrobe"))
        if one.action:
            action = nameless(_one_line(one.action), kinds).rstrip(".")
            told.append(Phrase(action, SHOULD, "action"))
        if details:
            told.append(Phrase(nameless(details, kinds), MAY, "looks"))
    inside = "interior" if setting.interior else "exterior"
    place = f"{nameless(setting.place, kinds)}, {inside}, {LIGHTS[setting.light]}"
    told.append(Phrase(place, MUST, "place"))
    acted = [one.text.casefold() for one in told if one.what == "action"]
    plot = nameless(_one_line(view.plot), kinds).rstrip(".,")
    if any(action in plot.casefold() for action in acted):
        plot = ""  # it tells what somebody does, which is told
    said = _parts(place)
    for text, rank, what in (
        (plot if not view.characters else "", SHOULD, "plot"),
        (view.background, SHOULD, "background"),
        (setting.description, MAY, "description of the place"),
        (", ".join(setting.props), MAY, "props"),
        (setting.mood and f"{setting.mood} mood", MAY, "mood"),
        (", ".join(view.style_elements), MAY, "style elements"),
        (plot if view.characters else "", MAY, "plot"),
    ):
        fresh = nameless(_one_line(text), kinds).rstrip(".")
        if fresh := fresh if what == "plot" else unsaid(fresh, said):
            told.append(Phrase(fresh, rank, what))
    return tuple(told)


def unsaid(text: str, said: set[str]) -> str:
    """The text without those of its parts between commas that are in `said`, which gets them."""
    fresh = [part for part in text.split(", ") if not _parts(part) <= said]
    said |= _parts(text)
    return ", ".join(fresh).strip(" ,")


def short_prompt(
    told: Sequence[Phrase], count: Callable[[str], int], *, most: int
) -> tuple[str, tuple[str, ...]]:
    """A text of at most `most` tokens as `count` counts them, and what had no room in it.

    Phrases go from the highest rank down, the last first. Where those of rank 0 alone are too
    many, words go from the longest of them, and that is told too.
    """
    kept, dropped = list(told), list[str]()

    def text() -> str:
        return ", ".join(phrase.text for phrase in kept)

    while count(text()) > most and any(phrase.rank > MUST for phrase in kept):
        rank = max(phrase.rank for phrase in kept)
        last = max(number for number, phrase in enumerate(kept) if phrase.rank == rank)
        dropped.append(kept.pop(last).what)
    while count(text()) > most:
        longest = max(range(len(kept)), key=lambda number: len(kept[number].text))
        words = kept[longest].text.split()
        if len(words) == 1:
            dropped.append(kept.pop(longest).what)
            continue
        kept[longest] = Phrase(" ".join(words[:-1]), MUST, kept[longest].what)
        dropped.append(f"the end of {kept[longest].what}")
    return text(), tuple(dict.fromkeys(reversed(dropped)))


def instructions(
    setting: Setting,
    view: View,
    looks: Mapping[str, str],
    references: Sequence[str],
    *,
    other_shot: int | None = None,
    called: str = "image {}",
) -> str:
    """Sentences for a model with reference pictures.

    `references` are whose portraits the pictures 1, 2, ... are; `other_shot` is the number of the
    picture that shows another shot of the scene, None where none does. `called` is how a picture
    is spoken of by its number.
    """
    wardrobe = dict(setting.wardrobe)
    number = {name: place for place, name in reversed(list(enumerate(references, 1)))}
    told = [f"{MEDIUM[setting.style].capitalize()}: {_frame(view)}."]
    for one in view.characters:
        who = f"{one.character} is {looks.get(one.character, 'a person')}"
        if one.character in number and not one.back_to_camera:
            image = called.format(number[one.character])
            who += f", with exactly the face and hair of the person in {image}"
        if wardrobe.get(one.character):
            who += f", wearing {wardrobe[one.character]}"
        told.append(f"{who}; {_where(one, alone=len(view.characters) == 1)}.")
        if one.action:
            told.append(f"{_one_line(one.action).rstrip('.')}.")
    if not view.characters:
        told.append("There are no people in the picture.")
    elif len(view.characters) == 1:
        told.append("Nobody else is in the picture.")
    else:
        told.append(f"Only these {len(view.characters)} people are in the picture.")
    inside = "inside" if setting.interior else "outside"
    told.append(f"The place is {setting.place}, {inside}, {LIGHTS[setting.light]}.")
    if other_shot is not None:
        image = called.format(other_shot)
        told.append(
            f"{image[0].upper()}{image[1:]} is another shot of this scene: keep its place, clothes "
            "and light, but not its framing."
        )
    said = _parts(f"{setting.place}, {LIGHTS[setting.light]}")
    for text in (view.background, setting.description):
        if fresh := unsaid(_one_line(text).rstrip("."), said):
            told.append(f"{fresh}.")
    if view.plot:
        told.append(f"{_one_line(view.plot).rstrip('.,')}.")
    if setting.props:
        told.append(f"In the scene: {', '.join(setting.props)}.")
    if setting.mood:
        told.append(f"The mood is {setting.mood}.")
    return " ".join(told)


def whole_sentences(
    text: str, count: Callable[[str], int], *, most: int
) -> tuple[str, tuple[str, ...]]:
    """The first sentences of a text, at most `most` tokens of them, and those left out."""
    sentences = re.split(r"(?<=[.!?]) ", text)
    kept = len(sentences)
    while kept > 1 and count(" ".join(sentences[:kept])) > most:
        kept -= 1
    return " ".join(sentences[:kept]), tuple(sentences[kept:])


def avoided(style: Style) -> str:
    """A negative prompt."""
    return f"{AVOIDED[style]}, {FAULTS}"


def _frame(view: View) -> str:
    if view.size is ShotSize.MEDIUM:
        size = "medium shot"
    elif view.size in {ShotSize.FULL, ShotSize.WIDE}:
        size = f"{view.size} shot"
    else:
        size = str(view.size)
    framed = FRAMED[view.framing]
    return size if framed == "single" else f"{size}, {framed}"


def _where(one: Appearance, *, alone: bool) -> str:
    if one.back_to_camera:
        return f"in the foreground on the {one.position}, seen from behind"
    looks = {
        Position.LEFT: "looking to the left",
        Position.RIGHT: "looking to the right",
        Position.CENTER: "looking towards the camera",
    }[one.facing]
    stands = {Position.CENTER: "in the middle"}.get(one.position, f"on the {one.position}")
    return looks if alone else f"{stands}, {looks}"


def nameless(text: str, kinds: Mapping[str, str]) -> str:
    """The text with people called by what they are, `kinds`: a text encoder knows no names.

    Somebody is called by the whole name or by its first word that is no title, unless two are.
    """
    titles = TITLES.split()
    firsts = {
        name: next((word for word in name.split() if word.strip(".").lower() not in titles), name)
        for name in kinds
    }
    called = {first: kinds[name] for name, first in firsts.items()}
    for first in [one for one in called if list(firsts.values()).count(one) > 1]:
        del called[first]
    for name, kind in sorted((called | dict(kinds)).items(), key=lambda one: -len(one[0])):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", kind, text)
    return text


def kinds_of(looks: Mapping[str, str]) -> dict[str, str]:
    """What people are called who look so: 'the woman' for 'a young woman, with white hair'."""
    return {name: _short(told.partition(", ")[0]) for name, told in looks.items()}


def _short(noun: str) -> str:
    """'the woman' of 'a young woman'."""
    return f"the {noun.rsplit(maxsplit=1)[-1]}"


def _parts(text: str) -> set[str]:
    """What stands between the commas of a text, to be compared."""
    return {part.strip(" .").casefold() for part in text.split(",")} - {""}


def _one_line(text: str) -> str:
    return " ".join(text.split())
