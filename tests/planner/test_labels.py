"""Whether the labelled stories are whole: what is said of them fits their texts and each other.

Nothing is planned here, so the half that is looked at once stays unseen by the planner.
"""

import hashlib
import re
from itertools import combinations, pairwise

import pytest
from labelled import (
    BLIND,
    FRESH,
    HALVES,
    HERE,
    Event,
    LabelError,
    Sentence,
    Story,
    found,
    read_half,
    read_story,
    story_names,
)

NAMES = [(half, name) for half in (*HALVES, FRESH, BLIND) for name in story_names(half)]
QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”")
TITLES = {"Mr", "Mrs", "Miss", "Dr", "Captain", "Inspector", "Sergeant", "Coach", "Sheriff", "Sir"}
TITLES |= {"Lady", "Monsieur", "Madame", "Sergeant-Major", "Old", "Tiny", "Father"}
WORDS_AS_NAMES = {"Will", "Grace", "Art", "Rose", "Hope", "Joy", "Faith", "Mark", "Miles", "Bell"}
WORDS_AS_NAMES |= {"Dawn", "Bishop"}


@pytest.fixture(params=NAMES, ids="/".join)
def story(request: pytest.FixtureRequest) -> Story:
    return read_story(*request.param)


def in_order(spans: tuple[Sentence, ...] | tuple[Event, ...]) -> bool:
    return all(one.end <= two.start for one, two in pairwise(spans))


def of_kind(story: Story, *kinds: str) -> set[str]:
    return {one.name for one in story.cast if one.kind in kinds}


def test_every_word_of_the_story_is_in_a_labelled_sentence(story: Story) -> None:
    assert in_order(story.sentences)
    assert story.sentences[0].start == 0
    assert story.sentences[-1].end == len(story.text)
    between = [story.text[a.end : b.start] for a, b in pairwise(story.sentences)]
    assert {gap for gap in between if gap not in (" ", "\n\n")} == set()


def test_a_sentence_names_people_of_the_cast_and_each_once(story: Story) -> None:
    people, absent = of_kind(story, "person"), of_kind(story, "absent")
    names = [one.name for one in story.cast]
    assert len(names) == len(set(names))
    assert {one.kind for one in story.cast} <= {"person", "extra", "crowd", "absent"}
    for one in story.sentences:
        assert one.present <= people, one.text
        assert one.optional <= set(names) - absent, one.text
        assert one.mentioned <= set(names), one.text
        for some, others in combinations((one.present, one.optional, one.mentioned), 2):
            assert not some & others, one.text


def test_everyone_of_the_cast_is_in_the_story_under_their_names(story: Story) -> None:
    seen = frozenset().union(*(one.present for one in story.sentences))
    perhaps = frozenset().union(*(one.optional for one in story.sentences))
    mentioned = frozenset().union(*(one.mentioned for one in story.sentences))
    heard = {quote.speaker for quote in story.quotes if quote.over}
    assert of_kind(story, "person") <= seen | heard
    assert of_kind(story, "extra", "crowd") <= perhaps
    assert of_kind(story, "absent") <= mentioned
    for one in story.cast:
        assert one.gender in ("", "female", "male")
        assert one.age in ("", "child", "teen", "young", "adult", "old")
        words = {word for name in one.aliases for word in re.findall(r"\w+", name.lower())}
        assert words <= set(re.findall(r"\w+", story.text.lower()))


def test_two_people_share_no_name_but_a_kinship(story: Story) -> None:
    called = [name for one in story.cast for name in {one.name, *one.aliases}]
    shared = {name for name in called if called.count(name) > 1}
    assert {name for name in shared if not re.match(r"(his|her|my) ", name)} == set()


def test_whom_a_sentence_names_is_labelled_in_it(story: Story) -> None:
    names = {name: one.name for one in story.cast for name in (one.name, *one.aliases)}
    proper = sorted((name for name in names if name[0].isupper()), key=len, reverse=True)
    any_name = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in proper))
    for one in story.sentences:
        named = {names[name] for name in any_name.findall(one.text) if name}
        assert named <= one.present | one.optional | one.mentioned, one.text


def test_every_quotation_is_labelled_and_only_they(story: Story) -> None:
    between_marks = [match.span(match.lastindex or 0) for match in QUOTED.finditer(story.text)]
    assert [(quote.start, quote.end) for quote in story.quotes] == between_marks
    names = {one.name for one in story.cast}
    for quote in story.quotes:
        sentence = story.sentences[quote.sentence]
        assert {quote.speaker, quote.to} <= names | {""}, quote.text
        assert quote.speaker != quote.to or not quote.speaker, quote.text
        if quote.spoken:
            assert quote.speaker in sentence.present | sentence.optional, quote.text
        if quote.spoken and not quote.over:
            assert quote.speaker in sentence.present | of_kind(story, "extra", "crowd"), quote.text


def test_events_are_in_order_and_speech_is_one(story: Story) -> None:
    assert in_order(story.events)
    assert len(story.events) >= len(story.sentences) / 2
    for quote in story.quotes:
        around = [one for one in story.events if one.start < quote.start and quote.end < one.end]
        assert len(around) == 1 or not quote.spoken, quote.text


def test_scenes_begin_in_order_and_where_they_may(story: Story) -> None:
    first, *others = story.scenes
    assert (first.start, first.optional, first.alternatives) == (0, False, ())
    assert [one.start for one in story.scenes] == sorted({one.start for one in story.scenes})
    required = {one.sentence for one in story.scenes if not one.optional}
    for one in others:
        assert all(0 < sentence < len(story.sentences) for sentence in one.alternatives)
        assert not required & set(one.alternatives), one
        assert not one.place or one.place.lower() in story.text.lower(), one


@pytest.mark.parametrize("half", HALVES)
def test_a_half_is_as_long_as_it_says(half: str) -> None:
    lengths = sorted(len(story.text.split()) for story in read_half(half))
    assert all(200 <= length <= 500 for length in lengths[:4])
    assert all(600 <= length <= 900 for length in lengths[4:6])
    assert all(1200 <= length <= 1500 for length in lengths[6:])
    assert len(lengths) == 7


def test_the_fresh_stories_are_as_long_as_they_say() -> None:
    lengths = sorted(len(story.text.split()) for story in read_half(FRESH))
    bounds = [(200, 300), (300, 450), (450, 600), (600, 800), (800, 1000), (1200, 1400)]
    assert all(low <= length <= high for length, (low, high) in zip(lengths, bounds, strict=True))


@pytest.mark.parametrize(
    ("half", "lacks"),
    [*((half, set()) for half in (*HALVES, FRESH)), (BLIND, {"a tag before", "meanwhile"})],
)
def test_a_half_holds_what_stories_hold(half: str, lacks: set[str]) -> None:
    stories = read_half(half)
    missing = {
        name for name, holds in PHENOMENA.items() if not any(holds(story) for story in stories)
    }
    assert missing == lacks


def has(pattern: str, story: Story) -> bool:
    return re.search(pattern, story.text) is not None


def surnames(story: Story) -> list[str]:
    names = (one.name.split() for one in story.cast if one.kind == "person")
    return [name[-1] for name in names if len(name) > 1 and name[0][0].isupper()]


def tag_places(story: Story) -> set[str]:
    places = set()
    for number, sentence in enumerate(story.sentences):
        quotes = [one for one in story.quotes if one.sentence == number and one.spoken]
        if quotes:
            before = sentence.text[: quotes[0].start - 1 - sentence.start].strip()
            after = sentence.text[quotes[-1].end + 1 - sentence.start :].strip()
            places |= {"middle"} if len(quotes) > 1 else set()
            places |= {"before"} if before and not after else set()
            places |= {"after"} if after and not before else set()
            places |= {"none"} if len(quotes) == 1 and not before and not after else set()
    return places


def titles(story: Story) -> set[str]:
    names = {name for one in story.cast for name in (one.name, *one.aliases)}
    return {name.split()[0].rstrip(".") for name in names} & TITLES


PHENOMENA = {
    "they": lambda story: has(r"\b[Tt]hey\b", story),
    "three titles": lambda story: len(titles(story)) >= 3,
    "two of one surname": lambda story: len(surnames(story)) > len(set(surnames(story))),
    "a role noun": lambda story: any(
        re.match(r"(the|his|her|my) ", name) for one in story.cast for name in one.aliases
    ),
    "a name that is a word": lambda story: any(
        WORDS_AS_NAMES & set(one.name.split()) for one in story.cast
    ),
    "a flashback": lambda story: any(one.flashback for one in story.scenes),
    "a telephone": lambda story: any(one.over == "telephone" for one in story.quotes),
    "a crowd": lambda story: bool(of_kind(story, "crowd")),
    "someone absent": lambda story: bool(of_kind(story, "absent")),
    "writing in quotes": lambda story: any(not one.spoken for one in story.quotes),
    "who tells is in it": lambda story: any("I" in one.aliases for one in story.cast),
    "indirect speech": lambda story: has(r"(said|says|told \w+|tells \w+) that", story),
    "a tag before": lambda story: "before" in tag_places(story),
    "a tag in the middle": lambda story: "middle" in tag_places(story),
    "a tag after": lambda story: "after" in tag_places(story),
    "no tag": lambda story: "none" in tag_places(story),
    "nearly no quotes": lambda story: len(story.quotes) <= 3,
    "much talk": lambda story: len(story.quotes) >= len(story.sentences) / 3,
    "meanwhile": lambda story: has(r"\bMeanwhile\b", story),
    "next morning": lambda story: has(r"next (morning|day)", story),
    "travel": lambda story: any(one.alternatives for one in story.scenes),
    "a scene inside a paragraph": lambda story: any(
        story.text[one.start - 1] == " " for one in story.scenes[1:] if not one.optional
    ),
    "a place not said again": lambda story: any(
        not one.place for one in story.scenes[1:] if not one.optional
    ),
}


@pytest.mark.parametrize("half", ("held_out", FRESH, BLIND))
def test_what_is_looked_at_once_is_as_it_was_written(half: str) -> None:
    sums = (HERE / half / "SHA256SUMS").read_text("utf-8").splitlines()
    listed = dict(reversed(line.split("  ")) for line in sums)
    files = sorted((HERE / half).glob("*.[tj][xs][to]*"))
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_label_that_is_not_in_the_text_is_refused() -> None:
    assert found("The art of Art.", "Art", 0, 15, "") == (11, 14)
    with pytest.raises(LabelError, match="'Art' is not in 'The artist'"):
        found("The artist", "Art", 0, 10, "")
    with pytest.raises(LabelError, match="'art' is not in 'The artist'"):
        found("The artist", "art", 0, 10, "")
