"""Everyone whom a reader has met so far: the named, the nameless, and how present each is.

Knows people, kinship and memory; knows no grammar (`nameless`, `groups` and `reference` do).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from script2movie.movie import Age, Gender
from script2movie.planner.kinship import KIN, Kinship
from script2movie.planner.memory import Memory
from script2movie.planner.naming import Person
from script2movie.planner.words import vocabulary

__all__ = ["FIRST_PERSON", "Acquaintances"]

FIRST_PERSON = "I"  # who tells a story in the first person, until the text names them


@dataclass
class Acquaintances:
    """`extras` are those without a name; `names` are the names that some of them got later."""

    people: dict[str, Person]
    extras: dict[str, Person] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    kin: Kinship = field(default_factory=Kinship)

    @classmethod
    def of(cls, people: Sequence[Person]) -> "Acquaintances":
        known = cls({person.name: person for person in people})
        for person in people:  # "Mr. White" and "Mrs. White" are a couple, unless told otherwise
            title, _, surname = person.name.partition(" ")
            husband = known.people.get(f"Mr. {surname}")
            if title == "Mrs." and husband:
                known.kin.learn(husband, "wife", person)
        return known

    def person(self, name: str) -> Person:
        return self.people.get(name) or self.extras[name]

    def change(self, name: str, **told: object) -> None:
        """Someone is known better than before."""
        known = self.people if name in self.people else self.extras
        known[name] = replace(known[name], **told)  # type: ignore[arg-type]

    def name(self, extra: str, name: str) -> None:
        """From here on, and looking back, the extra is the person of that name."""
        self.names[extra] = name
        person, nameless = self.people[name], self.extras.pop(extra)
        self.memory.rename(extra, name)
        self.kin.rename(extra, name)
        self.people[name] = replace(
            person,
            gender=person.gender or nameless.gender,
            age=person.age or nameless.age,
            about=person.about or nameless.about,
            roles=person.roles | nameless.roles,
        )

    def same(self, name: str, nickname: str) -> None:
        """Who has been two persons so far is one: 'everyone calls him Bug'."""
        if name in self.extras:
            self.name(name, nickname)
            return
        other = self.people.pop(nickname)
        person = self.people[name]
        self.names[nickname] = name
        self.memory.rename(nickname, name)
        self.kin.rename(nickname, name)
        self.people[name] = replace(
            person, forms=person.forms | other.forms, gender=person.gender or other.gender
        )

    def related(self, owner: str, noun: str, person: str) -> str:
        """Remembers 'her daughter', and that she is then the daughter's mother."""
        if owner and owner != person and noun in KIN:
            self.kin.learn(self.person(owner), noun, self.person(person))
            if noun.startswith("grand"):
                elder = owner if noun.endswith(("son", "daughter", "child")) else person
                if self.person(elder).age is None:
                    self.change(elder, age=Age.OLD)
        return person

    def may_be(self, name: str, gender: Gender) -> bool:
        return self.person(name).gender in (gender, None) and name != FIRST_PERSON

    def is_old(self, name: str) -> bool:
        return self.person(name).age is Age.OLD or self.kin.is_elder(name)

    def is_young(self, name: str) -> bool:
        person = self.person(name)
        young = person.age in (Age.CHILD, Age.TEEN, Age.YOUNG)
        return young or bool(person.roles & vocabulary("young people"))

    def is_being(self, name: str) -> bool:
        """A ghost or an animal: may be 'it'."""
        return bool(self.person(name).roles & (vocabulary("other beings") | vocabulary("animal")))

    def most_present(self, number: int, fits: Callable[[str], bool], reach: int) -> str:
        """The most present person who fits; '' for none."""
        weights = self.memory.weights(number, fits, reach)
        return max(weights, key=weights.__getitem__, default="")
