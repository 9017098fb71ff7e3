"""A planner opened once, and stories with what a reader knows of them.

A story's file tells, a sentence a line, who is to be seen and, after '>', who speaks:

    === the place of a new scene
    Anna, Ben > Anna | "Come in," Anna says to Ben.

A blank line ends a paragraph.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from script2movie.movie import Character, Movie
from script2movie.planner.embedded import EmbeddedPlanner
from script2movie.stages import Brief, Outline

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Labelled:
    """One sentence: its place in the story, who is seen in it, who speaks it."""

    start: int
    end: int
    seen: frozenset[str]
    speaker: str
    text: str


@dataclass(frozen=True)
class Story:
    text: str
    scenes: tuple[int, ...]  # where each begins
    sentences: tuple[Labelled, ...]

    def company(self, sentence: Labelled) -> frozenset[str]:
        """Everyone a reader sees in the sentence's scene: a listener may be in the picture."""
        mine = max(start for start in self.scenes if start <= sentence.start)
        return frozenset().union(
            *(
                one.seen
                for one in self.sentences
                if max(start for start in self.scenes if start <= one.start) == mine
            )
        )


def read_labelled(path: Path) -> Story:
    text = ""
    scenes: list[int] = []
    sentences: list[Labelled] = []
    opens = False
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("==="):
            opens = True
        elif not line.strip():
            text = text.rstrip("\n") + "\n\n" if text else ""
        else:
            labels, sentence = line.split("| ", 1)
            seen, _, speaker = labels.partition(">")
            text += " " if text and not text.endswith("\n") else ""
            if opens:
                scenes.append(len(text))
            opens = False
            names = frozenset(name.strip() for name in seen.split(",") if name.strip())
            end = len(text) + len(sentence)
            sentences.append(Labelled(len(text), end, names, speaker.strip(), sentence))
            text += sentence
    return Story(text, tuple(scenes), tuple(sentences))


def stories(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.txt"))


@pytest.fixture(scope="session")
def planner() -> Iterator[EmbeddedPlanner]:
    opened = EmbeddedPlanner()
    yield opened
    opened.close()


def outlined(
    planner: EmbeddedPlanner,
    story: str,
    bank: tuple[Character, ...] = (),
    brief: Brief = Brief(),  # noqa: B008 (frozen)
) -> Outline:
    return planner.outline(story, bank, brief, seed=0)


def planned(
    planner: EmbeddedPlanner,
    story: str,
    bank: tuple[Character, ...] = (),
    brief: Brief = Brief(),  # noqa: B008 (frozen)
) -> Movie:
    outline = outlined(planner, story, bank, brief)
    numbers = range(len(outline.scenes))
    scenes = tuple(planner.scene(outline, n, bank, seed=0) for n in numbers)
    return replace(outline.movie, scenes=scenes)
