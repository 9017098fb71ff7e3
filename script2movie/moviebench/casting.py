"""The people of one of MovieBench's films, ready to be shot.

Portraits are the character bank's, a person's best photo first, or the scoring bank's one; voices
are those that a user put beside them. A photo in which no face is found is left out and said. Who
has no photo at all is played by a default figure; a film that has more such people than there are
figures gives a figure to several, those who are in fewer shots, and says so.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from script2movie.bank import complete_bank, default_figures
from script2movie.bank.photos import check_portrait
from script2movie.bank.voices import check_voice_sample
from script2movie.errors import BankError
from script2movie.movie import Character, Movie, Portrait, VoiceSample
from script2movie.moviebench.dataset import BankPerson, Film
from script2movie.names import same_name
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh

__all__ = ["bank_of", "cast_of"]


def bank_of(film: Film) -> tuple[tuple[Character, ...], tuple[str, ...]]:
    """Everybody whom the film's banks know, by name, and what a person should know of it.

    Raises:
        BankError: a voice sample that cannot be used.
        WeightsError: the face detector is not here.
    """
    detector, mesh = FaceDetector(), FaceMesh()
    remarks: list[str] = []

    def portraits(person: BankPerson) -> list[Portrait]:
        found = []
        for photo in person.photos:
            try:
                check_portrait(photo, detector, mesh)
            except BankError as error:
                remarks.append(f"{error}; it is left out")
                continue
            found.append(Portrait(photo))
        return found

    people: dict[str, Character] = {}
    for person in (*film.bank, *film.scoring_bank):
        key = same_name(person.name)
        before = people.get(key)
        if before is None:
            found, voice = portraits(person), _voice(person, remarks)
            people[key] = Character(person.name, tuple(found), voice)
        elif not before.portraits:
            voice = before.voice_sample
            people[key] = Character(before.name, tuple(portraits(person)), voice)
        elif person.actor:
            remarks.append(f"{person.name} is in the bank of {film.name} twice: the first is taken")
    return tuple(sorted(people.values(), key=lambda one: one.name)), tuple(remarks)


def _voice(person: BankPerson, remarks: list[str]) -> VoiceSample | None:
    if not person.voices:
        return None
    path = person.voices[0]
    check_voice_sample(path)
    if len(person.voices) > 1:
        remarks.append(
            f"{person.name} has {len(person.voices)} voice samples: {path.name} is taken"
        )
    words = path.with_suffix(".txt")
    return VoiceSample(path, _text(words) if words.is_file() else "")


def _text(path: Path) -> str:
    try:
        return " ".join(path.read_text("utf-8-sig").split())
    except (OSError, UnicodeDecodeError) as error:
        raise BankError(f"{path} cannot be read as text in UTF-8: {error}") from None


def cast_of(
    movie: Movie, bank: Sequence[Character], *, seed: int
) -> tuple[tuple[Character, ...], tuple[str, ...]]:
    """The film's people in the order of its cast, each with a portrait; and who shares a figure.

    Raises BankError where the plan's people and the bank's cannot be told apart.
    """
    known = {same_name(person.name) for person in bank if person.portraits}
    seen = Counter(person.character for _, shot in movie.shots for person in shot.characters)
    faced = [member for member in movie.cast if same_name(member.name) in known]
    others = [member for member in movie.cast if same_name(member.name) not in known]
    others.sort(key=lambda member: -seen[member.name])
    room = len(default_figures())
    people = {one.name: one for one in complete_bank([*faced, *others[:room]], bank, seed=seed)}
    for start in range(room, len(others), room):
        again = complete_bank(others[start : start + room], bank, seed=seed)
        people |= {one.name: one for one in again}
    remarks = []
    if len(others) > room:
        names = ", ".join(member.name for member in others[room:])
        remarks.append(
            f"{len(others)} people have no portrait and there are {room} default figures, so "
            f"these share one with somebody else: {names}"
        )
    return tuple(people[member.name] for member in movie.cast), tuple(remarks)
