"""A beat: one thing that happens or one speech; and which neighbours make one together.

Knows words and people; knows no grammar (`events` makes beats) and no camera (`coverage`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from script2movie.planner.tags import MANNERS

__all__ = ["BARE", "Beat", "joined"]

SHORT = 7  # words: fewer join the sentence after, of the same people
TOGETHER = 15  # words that two joined sentences may have
BARE = 3  # words of a tag that tells nothing but who speaks
ONE_GO = 26  # words of one speech, told apart by tags or not


@dataclass(frozen=True)
class Beat:
    """`start` to `end` is its stretch of the story; `people` are seen, who acts first.

    `text` is what happens in the story's words. A speech has `speaker` and `line`.
    """

    start: int
    end: int
    text: str
    people: tuple[str, ...]
    kind: str = "stative"
    verb: str = ""
    speaker: str = ""
    addressee: str = ""
    addressed: bool = False
    line: str = ""
    manner: str = ""
    tell: bool = True
    paragraph: int = 0
    apart: bool = False  # on the telephone, or a voice alone: the two are not in one place
    seen: bool = True  # whether a speaker who is apart is in the scene at all
    thinks: bool = False  # a voice over the speaker's own silent face
    actions: tuple[tuple[str, str], ...] = ()

    @property
    def num_words(self) -> int:
        return len((self.line or self.text).split())

    @property
    def num_told(self) -> int:
        return len(self.text.split())


def joined(beats: Sequence[Beat], story: str) -> Iterator[Beat]:
    """What one person says in one go is one speech; short sentences of the same people join."""
    held: Beat | None = None
    for beat in beats:
        if held is not None and _leads_to(held, beat):
            held = replace(
                beat,
                start=held.start,
                text=held.text if beat.num_told <= BARE else f"{held.text} {_capital(beat.text)}",
                manner=beat.manner or MANNERS.get(held.verb, ""),
                actions=_both(held.actions, beat.actions),
            )
            continue
        if held is not None and _goes_on(held, beat):
            held = replace(
                held,
                end=beat.end,
                line=f"{held.line} {beat.line}",
                manner=held.manner or beat.manner,
                addressee=held.addressee or beat.addressee,
                text=held.text or beat.text,
                actions=held.actions or beat.actions,
            )
            continue
        if held is not None and _may_join(held, beat, story):
            held = replace(
                held,
                end=beat.end,
                text=f"{held.text} {beat.text}",
                kind=beat.kind if held.kind == "stative" else held.kind,
                people=tuple(dict.fromkeys([*held.people, *beat.people])),
                actions=_both(held.actions, beat.actions),
            )
            continue
        if held is not None:
            yield held
        held = beat
    if held is not None:
        yield held


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _both(
    first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    told = dict(first)
    for name, action in second:
        told[name] = f"{told[name]}; {action}" if name in told else action
    return tuple(told.items())


def _leads_to(held: Beat, beat: Beat) -> bool:
    """'Walter smiles. "Early," he says.': the smile is part of the speech."""
    reaction = not held.speaker and not held.tell and len(held.people) == 1
    return reaction and beat.speaker == held.people[0] and not beat.apart


def _goes_on(held: Beat, beat: Beat) -> bool:
    """The same person goes on speaking in the same paragraph, and not for too long."""
    same = bool(beat.speaker) and held.speaker == beat.speaker and held.paragraph == beat.paragraph
    return same and held.num_words + beat.num_words <= ONE_GO


def _may_join(held: Beat, beat: Beat, story: str) -> bool:
    if held.speaker or beat.speaker or held.tell is not beat.tell:
        return False
    short = min(held.num_words, beat.num_words) <= SHORT
    close = (
        not story[held.end : beat.start].strip() and story[held.end : beat.start].count("\n") < 2
    )
    same = set(held.people) == set(beat.people)
    return short and close and same and held.num_words + beat.num_words <= TOGETHER
