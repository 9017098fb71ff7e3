"""A story on its way to a movie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from script2movie.movie import Character, Light, Movie, Scene, Style, Transition

__all__ = [
    "AskingPlanner",
    "Brief",
    "Expense",
    "Memory",
    "Outline",
    "OutlineScene",
    "Planner",
]


@dataclass(frozen=True)
class Brief:
    """What a person asks of the plan. `minutes` is the wished length, None lets the text set it."""

    minutes: float | None = None
    narrator: bool = True
    style: Style = Style.PHOTO


@dataclass(frozen=True)
class OutlineScene:
    """One scene before its shots: `start` to `end` is its stretch of the story, in characters."""

    id: str
    place: str
    interior: bool
    light: Light
    start: int
    end: int
    summary: str = ""
    characters: tuple[str, ...] = ()
    mood: str = ""
    transition: Transition = Transition.CUT
    description: str = ""
    wardrobe: tuple[tuple[str, str], ...] = ()
    props: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outline:
    """The whole film at scene level. `movie.scenes` is empty; `story` is the text itself.

    `notes` are sentences that every scene's planning should know: who is what to whom, how
    somebody changes, how the whole film looks. `remarks` are for whoever wrote the story.
    """

    movie: Movie
    story: str
    brief: Brief
    scenes: tuple[OutlineScene, ...]
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expense:
    """What asking a model takes. `dollars` is None where nobody knows the model's price."""

    num_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: float | None = 0.0

    def __add__(self, other: "Expense") -> "Expense":
        known = self.dollars is not None and other.dollars is not None
        return Expense(
            self.num_calls + other.num_calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            (self.dollars or 0.0) + (other.dollars or 0.0) if known else None,
        )


Memory = Callable[[tuple[object, ...], Callable[[], str]], str]


class Planner(Protocol):
    """A story into an outline, and an outline into scenes that plan apart from each other."""

    @property
    def fingerprint(self) -> str: ...
    def outline(
        self, story: str, bank: Sequence[Character], brief: Brief, *, seed: int
    ) -> Outline: ...
    def scene(
        self, outline: Outline, number: int, bank: Sequence[Character], *, seed: int
    ) -> Scene: ...
    def close(self) -> None: ...


@runtime_checkable
class AskingPlanner(Planner, Protocol):
    """A planner that asks a model, which takes time and money.

    `attend` comes before anything is asked: `memory(key, ask)` is the answer of a question that
    was asked before, or that of `ask()`, which it keeps; `say` is told what a person should know.
    `close` ends calls that are under way in other threads.
    """

    @property
    def num_workers(self) -> int: ...
    def attend(self, memory: Memory, say: Callable[[str], None]) -> None: ...
    def foresee(self, story: str, bank: Sequence[Character], brief: Brief) -> Expense: ...
    def account(self, expense: Expense | None = None) -> str:
        """A sentence on an expense, or on what was spent so far."""
