"""Whom a story has told of lately, and how present each of them is.

Knows mentions, sentence by sentence; knows not what a pronoun is (`reference` asks).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import log2

from script2movie.planner.language import Sentence
from script2movie.planner.roles import (
    NOUNS,
    Mention,
    Role,
    comes,
    has_things,
    leaves,
    strangers_act,
)

__all__ = ["REACH", "Memory", "Trace"]

REACH = 4  # sentences back that a pronoun looks
REMEMBERED = 300  # mentions
AS_ONE = 30  # sentences for which those who did one thing are 'they'
ALONE = 1.6  # what one who is acted on has more where nobody acts
PROMINENT = 0.1  # what each doubling of the times someone is told of adds
WEAKER = 0.2  # what mentions beside the strongest add
WEIGHTS = {
    Role.AGENT: 2.0,
    Role.BEFORE: 1.5,
    Role.PATIENT: 1.0,
    Role.OWNER: 0.7,
    Role.TOPIC: 0.4,
    Role.REPORTED: 1.0,
}


@dataclass(frozen=True)
class Trace:
    """A mention that a later pronoun may mean."""

    person: str
    weight: float
    sentence: int
    present: bool = True


@dataclass(frozen=True)
class Company:
    """People of one sentence and where it stands."""

    names: tuple[str, ...] = ()
    sentence: int = 0
    paragraph: int = 0


@dataclass
class Memory:
    """`together` are the last two or more of one sentence, `joint` who last did one thing."""

    traces: list[Trace] = field(default_factory=list)
    together: Company = Company()
    joint: Company = Company()
    crowd: int = -1  # the last sentence in which several strangers act
    things: int = -1  # the last sentence in which things are acted on
    seen: set[str] = field(default_factory=set)  # who was there, and not only told of
    came: set[str] = field(default_factory=set)  # who was brought in by coming
    gone: set[str] = field(default_factory=set)  # who has left and was not told of since
    first: dict[str, int] = field(default_factory=dict)  # where each was first told of
    told: dict[str, int] = field(default_factory=dict)  # and last

    def copy(self) -> "Memory":
        return replace(
            self,
            traces=list(self.traces),
            first=dict(self.first),
            told=dict(self.told),
            seen=set(self.seen),
            came=set(self.came),
            gone=set(self.gone),
        )

    def restore(self, kept: "Memory") -> None:
        self.__dict__.update(kept.__dict__)

    def latest(self, names: Sequence[str]) -> str:
        """Who of them was told of last; the first where nobody was."""
        return next((t.person for t in reversed(self.traces) if t.person in names), names[0])

    def rename(self, old: str, new: str) -> None:
        """Someone who came without a name has one now."""

        def renamed(company: Company) -> Company:
            names = dict.fromkeys(new if name == old else name for name in company.names)
            return replace(company, names=tuple(names))

        self.traces = [replace(t, person=new) if t.person == old else t for t in self.traces]
        self.together, self.joint = renamed(self.together), renamed(self.joint)
        for kept in (self.first, self.told):
            if old in kept:
                kept[new] = kept.pop(old)
        self.seen |= {new} if old in self.seen else set()

    def near(self, number: int, reach: int = REACH) -> list[str]:
        """Who was told of within reach of sentence `number`, the latest first."""
        traces = (t for t in reversed(self.traces) if number - t.sentence <= reach)
        return list(dict.fromkeys(trace.person for trace in traces))

    def since(self, number: int) -> list[Trace]:
        """What was told of people from sentence `number` on."""
        return [trace for trace in self.traces if trace.sentence >= number]

    def present(self, number: int) -> list[str]:
        """Who was there within reach of sentence `number`, the latest first."""
        traces = (t for t in reversed(self.traces) if number - t.sentence <= REACH and t.present)
        return list(dict.fromkeys(trace.person for trace in traces))

    def weights(
        self, number: int, fits: Callable[[str], bool], reach: int = REACH
    ) -> dict[str, float]:
        """How present each fitting person is: by their strongest mention, a little by the rest."""
        weights: dict[str, float] = defaultdict(float)
        strongest: dict[str, float] = defaultdict(float)
        for trace in self.traces:
            age = number - trace.sentence
            if age > reach or not fits(trace.person):
                continue
            weight = trace.weight * 0.5**age
            strongest[trace.person] = max(strongest[trace.person], weight)
            weights[trace.person] += WEAKER * weight
        told = Counter(trace.person for trace in self.traces)
        for name, weight in strongest.items():
            weights[name] = (weights[name] + weight) * (1 + PROMINENT * log2(1 + told[name]))
        return weights

    def they(self, sentence: Sentence) -> tuple[str, ...]:
        """Who is told of together, or the last two that were seen."""
        number = sentence.number
        joint, together = self.joint, self.together
        newer = together.sentence == number - 1 and (
            together.paragraph == sentence.paragraph > joint.paragraph
        )
        lasts = len(joint.names) > 1 and number - joint.sentence <= AS_ONE
        if lasts and set(self.near(number)) >= set(joint.names) and not newer:
            return joint.names
        if together.names:
            return together.names
        seen = list(dict.fromkeys(t.person for t in reversed(self.traces[-8:])))
        return tuple(sorted(seen[:2], key=[t.person for t in self.traces].index))

    def two(self, number: int, fits: Callable[[str], bool]) -> tuple[str, ...]:
        """'the two sisters': those last told of together, or the last two whom it fits."""
        together = self.together.names
        if len(together) == 2 and all(map(fits, together)):
            return together
        names = [name for name in self.near(number) if fits(name)]
        return tuple(names[:2]) if len(names) > 1 else ()

    def remember(self, sentence: Sentence, local: Sequence[Mention]) -> None:
        """Takes in the mentions of a sentence."""
        acts = any(mention.role is Role.AGENT for mention in local)
        for mention in local:
            shared = sum(other.token == mention.token for other in local) > 1
            weight = 1.0 if shared else WEIGHTS[mention.role]
            weight *= 1.0 if acts or mention.role is not Role.PATIENT else ALONE
            present = mention.role in (Role.AGENT, Role.PATIENT)
            self.traces.append(Trace(mention.person, weight, sentence.number, present))
            if mention.person not in self.first and comes(sentence.doc[mention.token]):
                self.came.add(mention.person)
            self.first.setdefault(mention.person, sentence.number)
            self.told[mention.person] = sentence.number
            self.seen |= {mention.person} if present else set()
            if present:
                self.gone.discard(mention.person)
        agents = (m for m in local if m.role is Role.AGENT)
        self.gone |= {m.person for m in agents if leaves(sentence.doc[m.token])}
        del self.traces[:-REMEMBERED]
        here = (sentence.number, sentence.paragraph)
        if strangers_act(sentence, local):
            self.crowd = sentence.number
        if has_things(sentence):
            self.things = sentence.number
        if joint := _as_one(sentence, local):
            self.joint = Company(joint, *here)
        group = list(dict.fromkeys(m.person for m in local if m.role in (Role.AGENT, Role.PATIENT)))
        if len(group) > 1:
            self.together = Company(tuple(group), *here)
        elif len(group) == 1 and group[0] not in self.together.names:
            previous = [t.person for t in self.traces if t.sentence == sentence.number - 1]
            names = tuple(dict.fromkeys([*previous[-1:], *group]))
            self.together = replace(self.together, names=names)


def _as_one(sentence: Sentence, local: Sequence[Mention]) -> tuple[str, ...]:
    """Those who do one thing together: 'they run', 'Anna and Ben run'."""
    subjects = [m for m in local if m.role in (Role.AGENT, Role.BEFORE)]
    heads: dict[int, list[str]] = defaultdict(list)
    for mention in subjects:
        top = sentence.doc[mention.token]
        beside = top.dep_ == "appos" and top.head.dep_ == "conj"  # "and her partner Ray"
        while (top.dep_ == "conj" or beside) and top.head.pos_ in NOUNS:
            top = top.head
        if top.head.dep_ in ("ccomp", "advcl", "relcl"):
            continue
        heads[top.i].append(mention.person)
    groups = [tuple(dict.fromkeys(group)) for group in heads.values()]
    return next((group for group in reversed(groups) if len(group) > 1), ())
