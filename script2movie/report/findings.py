"""What a report found, as data: per line, shot and person, and over the film.

`as_json` gives the numbers without the pictures. Knows no page and no model.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from script2movie.movie import Appearance, Line, Scene, Shot
from script2movie.perception.words import WordCounts
from script2movie.report.dailies import Verdict
from script2movie.report.looking import Look
from script2movie.report.scoring import IdentityCounts, VoiceScore, count_identities

__all__ = [
    "WANTED_ERROR_RATE",
    "WANTED_F1",
    "WANTED_OTHER_VOICES",
    "WANTED_SAME_VOICE",
    "Findings",
    "HeardLine",
    "Making",
    "SeenPerson",
    "SeenShot",
    "Substitution",
    "Tried",
    "planned",
]

WANTED_F1 = 0.95  # at least
WANTED_ERROR_RATE = 0.05  # at most
WANTED_SAME_VOICE = 0.85  # at least, cosine
WANTED_OTHER_VOICES = 0.80  # below, cosine


@dataclass(frozen=True)
class HeardLine:
    """A line, what the transcriber heard, and how they differ, names aside.

    `takes` are the verdicts on its takes, where more than one was allowed; `kept` is one's number.
    """

    line: Line
    heard: str
    counts: WordCounts
    seconds: float
    takes: tuple[Verdict, ...] = ()
    kept: int = 0


@dataclass(frozen=True)
class Tried:
    """One take, and what was seen in it: `stage` is 'draw', or 'animate' or 'film' for motion.

    `strangers` is the most faces in one frame that are nobody's of the film; `distance` is the
    mean distance of the planned people's faces to their portraits, 0 where none was seen.
    """

    stage: str
    seed: int
    seen: tuple[str, ...]
    missed: tuple[str, ...]
    unplanned: tuple[str, ...]
    strangers: int
    distance: float
    chosen: bool = False

    @property
    def num_faults(self) -> int:
        """How many people are wrong; a stranger may be somebody who is missed, drawn unlike."""
        return max(len(self.missed), self.strangers) + len(self.unplanned)


@dataclass(frozen=True)
class SeenShot:
    """A finished shot: `start` and `seconds` are in the film, `notes` the storyboard's.

    `tried` are its takes, keyframe's then motion's; empty where there was nothing to choose.
    `second` is what the recogniser saw that chose none of them, where there were any in the film.
    """

    scene: Scene
    shot: Shot
    start: float
    seconds: float
    look: Look
    lines: tuple[HeardLine, ...]
    notes: tuple[str, ...]
    tried: tuple[Tried, ...] = ()
    second: Look | None = None

    @property
    def planned(self) -> frozenset[str]:
        return planned(self.shot.characters)

    @property
    def counts(self) -> IdentityCounts:
        return count_identities(self.planned, self.look.seen)

    @property
    def takes_told(self) -> list[str]:
        """'keyframe: 3 takes, number 2 kept' for each stage that had a choice."""
        told = []
        for word, stages in (("keyframe", {"draw"}), ("motion", {"animate", "film"})):
            takes = [take for take in self.tried if take.stage in stages]
            if len(takes) > 1:
                kept = next(number for number, take in enumerate(takes, 1) if take.chosen)
                faults = [take.num_faults for take in takes]
                counted = ", ".join(map(str, faults))
                told.append(
                    f"{word}: {len(takes)} takes, number {kept} kept (people wrong: {counted})"
                )
        return told

    @property
    def missed(self) -> list[str]:
        return sorted(self.planned - self.look.seen)

    @property
    def unplanned(self) -> list[str]:
        return sorted(self.look.seen - self.planned)

    @property
    def hidden(self) -> list[str]:
        """Who is in the shot with their back to the camera: present, not to be recognised."""
        return sorted({one.character for one in self.shot.characters} - self.planned)

    @property
    def frames_of(self) -> dict[str, int]:
        """In how many of the frames each person was recognised."""
        return {
            name: sum(any(one.character == name for one in frame) for frame in self.look.frames)
            for name in sorted(self.planned | self.look.seen)
        }


def planned(characters: Iterable[Appearance]) -> frozenset[str]:
    """Who is to be recognised in a shot: everybody in it but those with their back to us."""
    return frozenset(one.character for one in characters if not one.back_to_camera)


@dataclass(frozen=True)
class SeenPerson:
    """A person of the film: where their face and voice come from, how often they were there."""

    name: str
    about: str
    portrait: str  # JPEG in base64
    face: str
    voice: str
    num_planned: int
    num_seen: int
    num_lines: int


@dataclass(frozen=True)
class Substitution:
    """Something that was asked for and had to be replaced, and the shots where it shows."""

    told: str
    shots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Making:
    """How the film was made: sizes in pixels, `seconds` and `memory` (bytes) by stage."""

    width: int
    height: int
    fps: int
    num_frames: int
    seed: int
    fingerprints: Mapping[str, str]
    seconds: Mapping[str, float]
    memory: Mapping[str, int]
    versions: Mapping[str, str]
    restrictions: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """All that a report says."""

    title: str
    logline: str
    style: str
    planner: str
    shots: tuple[SeenShot, ...]
    people: tuple[SeenPerson, ...]
    voices: VoiceScore
    substitutions: tuple[Substitution, ...]
    making: Making
    instruments: Mapping[str, str]  # what measured what

    @property
    def identity(self) -> IdentityCounts:
        return sum((shot.counts for shot in self.shots), IdentityCounts())

    @property
    def second_identity(self) -> IdentityCounts | None:
        """By the recogniser that chose nothing; None where no take was chosen."""
        looks = [(one.planned, one.second.seen) for one in self.shots if one.second is not None]
        counts = (count_identities(wanted, seen) for wanted, seen in looks)
        return sum(counts, IdentityCounts()) if looks else None

    @property
    def words(self) -> WordCounts:
        return sum((line.counts for line in self.lines), WordCounts())

    @property
    def lines(self) -> list[HeardLine]:
        return [line for shot in self.shots for line in shot.lines]

    def identity_by(self, kind: Callable[[Shot], str]) -> dict[str, IdentityCounts]:
        """The counts of the shots of each kind, in the order in which the film has them."""
        sums: dict[str, IdentityCounts] = {}
        for one in self.shots:
            sums[kind(one.shot)] = sums.get(kind(one.shot), IdentityCounts()) + one.counts
        return sums

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What a person should look at: a shot's id, or '', and what is wrong with it."""
        told = []
        for one in self.shots:
            told += [(one.shot.id, f"{name} was not recognised") for name in one.missed]
            told += [(one.shot.id, f"{name} was recognised, unplanned") for name in one.unplanned]
            told += [
                (one.shot.id, f"“{said.line.text}” was heard as “{said.heard}”")
                for said in one.lines
                if said.counts.errors
            ]
            told += [
                (
                    one.shot.id,
                    f"none of {len(said.takes)} takes of “{said.line.text}” is right: the best "
                    + ", ".join(said.takes[said.kept].faults),
                )
                for said in one.lines
                if said.takes and said.takes[said.kept].faults
            ]
        told += [
            (pair.first, f"{person} sounds otherwise than in {pair.second} ({pair.cosine:.2f})")
            for person, pair in self.voices.within
            if pair.cosine < WANTED_SAME_VOICE
        ]
        told += [
            ("", f"{pair.first} and {pair.second} sound alike ({pair.cosine:.2f})")
            for pair in self.voices.between
            if pair.cosine >= WANTED_OTHER_VOICES
        ]
        return told

    def as_json(self) -> dict[str, object]:
        """The same numbers for a program, without the pictures."""
        return {
            "title": self.title,
            "logline": self.logline,
            "style": self.style,
            "planner": self.planner,
            "synthetic": True,
            "scores": self.scores,
            "identity": {
                "by_size": {k: _counts(v) for k, v in self.identity_by(_size).items()},
                "by_framing": {k: _counts(v) for k, v in self.identity_by(_framing).items()},
            },
            "voices": {
                "same_person": [
                    {"person": person, **asdict(pair)} for person, pair in self.voices.within
                ],
                "two_people": [asdict(pair) for pair in self.voices.between],
            },
            "shots": [_shot(one) for one in self.shots],
            "people": [
                {key: value for key, value in asdict(one).items() if key != "portrait"}
                for one in self.people
            ],
            "substitutions": [asdict(one) for one in self.substitutions],
            "remarks": [{"shot": shot, "remark": remark} for shot, remark in self.remarks],
            "making": asdict(self.making),
            "instruments": dict(self.instruments),
        }

    @property
    def scores(self) -> dict[str, object]:
        """The film in four numbers, each with what it counts."""
        second = self.second_identity
        return {
            "identity": {
                "shots": len(self.shots),
                **_counts(self.identity),
                "by_second_recogniser": None if second is None else _counts(second),
            },
            "words": {
                "lines": len(self.lines),
                **asdict(self.words),
                "error_rate": self.words.error_rate,
            },
            "voices": {
                "least_alike_stretches_of_one_person": self.voices.least_alike_stretches,
                "pairs_of_stretches": len(self.voices.within),
                "most_alike_people": self.voices.most_alike_people,
                "pairs_of_people": len(self.voices.between),
            },
        }


def _size(shot: Shot) -> str:
    return shot.size


def _framing(shot: Shot) -> str:
    return shot.framing


def _counts(counts: IdentityCounts) -> dict[str, object]:
    ratios = {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
    return {**asdict(counts), **ratios}


def _shot(one: SeenShot) -> dict[str, object]:
    return {
        "id": one.shot.id,
        "start": one.start,
        "seconds": one.seconds,
        "planned": sorted(one.planned),
        "hidden": one.hidden,
        "seen": sorted(one.look.seen),
        "seen_by_second_recogniser": None if one.second is None else sorted(one.second.seen),
        "missed": one.missed,
        "unplanned": one.unplanned,
        "frames": [[asdict(face) for face in frame] for frame in one.look.frames],
        "lines": [
            {
                "character": said.line.character,
                "text": said.line.text,
                "heard": said.heard,
                "seconds": said.seconds,
                **asdict(said.counts),
                "takes": [asdict(take) for take in said.takes],
                "kept": said.kept,
            }
            for said in one.lines
        ],
        "notes": list(one.notes),
        "takes": [asdict(take) for take in one.tried],
    }
