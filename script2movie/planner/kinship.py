"""Who is whose sister, wife or father: what a story says of it, and what a surname leaves open.

Knows people by name; knows no grammar and not who a word means (`reference`).
"""

from collections.abc import Callable, Collection, Sequence

from script2movie.planner.naming import Person
from script2movie.planner.words import gender_of, title_gender

__all__ = ["KIN", "Kinship"]

PARENT, CHILD = ("mother", "father", "mum", "mom", "dad"), ("daughter", "son")
KIN: dict[str, tuple[str, ...]] = {  # what each is to the other
    **dict.fromkeys(PARENT, CHILD),
    **dict.fromkeys(CHILD, PARENT),
    **dict.fromkeys(("brother", "sister"), ("brother", "sister")),
    **dict.fromkeys(("wife", "husband"), ("wife", "husband")),
    **dict.fromkeys(("grandmother", "grandfather"), ("granddaughter", "grandson")),
    **dict.fromkeys(("granddaughter", "grandson"), ("grandmother", "grandfather")),
    **dict.fromkeys(("aunt", "uncle"), ("niece", "nephew")),
    **dict.fromkeys(("niece", "nephew"), ("aunt", "uncle")),
}
ELDERS = frozenset((*PARENT, "grandmother", "grandfather", "aunt", "uncle"))
SAME = {"mum": "mother", "mom": "mother", "dad": "father"}
SHARED = ("mother", "father", "brother", "sister")
PARTNERS = frozenset(("wife", "husband"))


class Kinship:
    """What is known so far of who is what to whom."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {}

    def of(self, owner: str, noun: str) -> str:
        """The person who is `owner`'s sister, mother and so on; '' where nobody said."""
        noun = SAME.get(noun, noun)
        if noun in SHARED:  # a sister's father is one's own
            family = [self.known.get((owner, one), "") for one in ("brother", "sister")]
            shared = (self.known.get((one, noun), "") for one in (owner, *family) if one)
            found = next((name for name in shared if name not in ("", owner)), "")
            other = {"mother": ("father", "wife"), "father": ("mother", "husband")}.get(noun)
            if found or not other:
                return found
            return self.known.get((self.known.get((owner, other[0]), ""), other[1]), "")
        return self.known.get((owner, noun), "")

    def rename(self, old: str, new: str) -> None:
        """Someone who came without a name has one now."""
        self.known = {
            (new if owner == old else owner, noun): new if person == old else person
            for (owner, noun), person in self.known.items()
        }

    def learn(self, owner: Person, noun: str, person: Person) -> None:
        """'her daughter' is known, and with it that she is the daughter's mother."""
        noun = SAME.get(noun, noun)
        self.known[owner.name, noun] = person.name
        for other in KIN[noun]:
            if gender_of(other) in (owner.gender, None) or owner.gender is None:
                self.known.setdefault((person.name, other), owner.name)

    def all(self, owner: str, nouns: frozenset[str]) -> tuple[str, ...]:
        """Everyone who is one of these to `owner`."""
        found = (
            person for (one, noun), person in self.known.items() if noun in nouns and one == owner
        )
        return tuple(dict.fromkeys(found))

    def people(self) -> set[str]:
        """Everyone who is known to be somebody's kin."""
        return {owner for owner, _ in self.known} | set(self.known.values())

    def is_parent(self, name: str) -> bool:
        return any(person == name for (_, noun), person in self.known.items() if noun in PARENT)

    def is_anyones(self, name: str, noun: str) -> bool:
        """Whether someone is already another's wife, father and so on."""
        return (name, noun) in {(person, of) for (_, of), person in self.known.items()}

    def is_elder(self, name: str) -> bool:
        """A parent, an aunt, a grandfather of someone."""
        return any(person == name for (_, noun), person in self.known.items() if noun in ELDERS)

    def by_surname(
        self,
        owner: Person,
        noun: str,
        people: Sequence[Person],
        may_be: Callable[[str], bool],
        met: Collection[str],
    ) -> str:
        """The only one of the owner's surname who may be what the noun says; '' for none or more.

        `may_be` refuses whom the sentence rules out; `met` are those told of so far.
        """
        surname = _surname(owner)
        taken = {person for (of, _), person in self.known.items() if of == owner.name}
        elder = noun in ELDERS | PARTNERS
        found = [
            person.name
            for person in people
            if person.name not in (owner.name, *taken)
            and surname
            and (person.name in met or person.gender is None or _titled(person))
            and _surname(person) == surname
            and person.gender in (gender_of(noun), None)
            and not _told_otherwise(person, elder)
            and may_be(person.name)
        ]
        return found[0] if len(found) == 1 else ""


def _titled(person: Person) -> bool:
    return title_gender(person.name.split(maxsplit=1)[0].rstrip(".").lower()) is not None


def _surname(person: Person) -> str:
    words = person.name.split()
    return words[-1] if len(words) > 1 else ""


def _told_otherwise(person: Person, elder: bool) -> bool:
    """Whether the story calls them kin of the other generation only."""
    kin = person.roles & set(KIN)
    return bool(kin) and all((noun in ELDERS | PARTNERS) is not elder for noun in kin)
