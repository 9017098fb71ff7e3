"""A line is spoken until a take of it is right; where none is, the best is kept.

Each take is an artefact and so is each verdict on it, so a run that was stopped, or that allows
more takes than the last, listens and speaks only where it has not yet.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from script2movie.cache import digest
from script2movie.media import artefacts
from script2movie.movie import Line
from script2movie.pipeline.run import Run
from script2movie.report.dailies import FINGERPRINT, Listener, Verdict
from script2movie.stages import Speaker, Speech, Voice

__all__ = ["LineTakes", "TakeLoop"]

JUDGED = "en"  # the language whose words the transcriber writes down


@dataclass(frozen=True)
class LineTakes:
    """What was heard in each take of one line, in the order of speaking; `kept` is one's number."""

    verdicts: tuple[Verdict, ...]
    kept: int


class TakeLoop:
    """Speaks a film's lines, each up to `most` times."""

    def __init__(self, run: Run, speaker: Speaker, names: Collection[str], most: int) -> None:
        """Raises WeightsError where more than one take is wanted and nothing is here to hear it."""
        self.run, self.speaker, self.names, self.most = run, speaker, tuple(names), most
        self.listener = Listener() if most > 1 else None
        self.heard: dict[tuple[str, int], LineTakes] = {}  # by shot and line

    def speak(self, owner: tuple[str, int], line: Line, voice: Voice, seed: int) -> Path:
        """The best take of a line."""
        first = self._take(line, voice, seed)
        if self.listener is None or voice.language != JUDGED:
            return first
        takes: list[Path] = []
        verdicts: list[Verdict] = []
        for number in range(self.most):
            again = int(digest(seed, number)[:8], 16) if number else seed
            take = self._take(line, voice, again) if number else first
            if take.read_bytes() in (one.read_bytes() for one in takes):
                break  # the backend draws no random numbers: every further take is this one
            takes.append(take)
            verdicts.append(self._verdict(self.listener, take, line, voice, again))
            if not verdicts[-1].faults:
                break
        kept = min(range(len(verdicts)), key=lambda number: verdicts[number].score)
        self.heard[owner] = LineTakes(tuple(verdicts), kept)
        return takes[kept]

    def _take(self, line: Line, voice: Voice, seed: int) -> Path:
        def write(path: Path) -> None:
            artefacts.save(self.speaker.speak(line, voice, seed=seed), path)

        key = (self.speaker.fingerprint, line, voice, seed)
        return self.run.make("speak", ".speech", key, write)

    def _verdict(
        self, listener: Listener, take: Path, line: Line, voice: Voice, seed: int
    ) -> Verdict:
        def write(path: Path) -> None:
            samples = artefacts.load(take, Speech).samples
            judged = listener.judge(samples, line.text, self.names, voice.reference, seed=seed)
            judged.write(path)

        key = (FINGERPRINT, take, line.text, self.names, voice.reference, seed)
        return Verdict.read(self.run.make("judge", ".json", key, write))
