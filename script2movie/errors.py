"""Everything that can go wrong because of what a user gave or has.

    Script2MovieError
    ├── StoryError            the synopsis or screenplay cannot be read
    ├── PlanError             plan.json is not a plan (carries the JSON path)
    ├── BankError             the cast folder, a portrait or a voice sample
    ├── SettingsError         an option that does not exist or cannot be
    ├── WeightsError          a model's weights are missing or damaged
    ├── BackendUnavailable    a backend that this machine cannot run as it is
    ├── BackendRefused        a backend that cannot do what the plan asks of it
    ├── OutputError           a file that cannot be written
    ├── DatasetError          a MovieBench folder, or a file in it or beside it
    ├── StudioError           something that the studio does not let in or do
    └── ShotFailed            one shot or line that could not be made (carries its id)

Each message is one sentence that says what, where and what to type. The CLI and the studio
catch `Script2MovieError`, once; anything else is a bug of ours and shows its traceback.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "BackendRefused",
    "BackendUnavailable",
    "BankError",
    "DatasetError",
    "OutputError",
    "PlanError",
    "Script2MovieError",
    "SettingsError",
    "ShotFailed",
    "StoryError",
    "StudioError",
    "WeightsError",
    "writing",
]


class Script2MovieError(Exception):
    """The root: its text is written for the person who typed the command."""


class StoryError(Script2MovieError):
    """The synopsis or screenplay cannot be read."""


class PlanError(Script2MovieError):
    """A plan breaks its schema; the message names the JSON path and what would be right."""


class BankError(Script2MovieError):
    """A cast folder, a portrait or a voice sample cannot be used."""


class SettingsError(Script2MovieError):
    """A setting that does not exist, is out of range or contradicts another."""


class WeightsError(Script2MovieError):
    """Weights that are not there, or whose hash is wrong."""


class BackendUnavailable(Script2MovieError):
    """A backend that exists but cannot run here: an extra, key, device or weight is missing."""


class BackendRefused(Script2MovieError):
    """A backend cannot do what the plan asks; said before anything is made, a line for each.

    `shots` are the shots that it cannot make, and why.
    """

    def __init__(self, message: str, shots: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.shots = shots or {}


class OutputError(Script2MovieError):
    """A place that cannot be written to: no permission, no space, not a folder."""


class DatasetError(Script2MovieError):
    """A MovieBench folder, a file in it or a folder of predictions cannot be used."""


class StudioError(Script2MovieError):
    """An upload, a project or a job that the studio refuses."""


class ShotFailed(Script2MovieError):
    """One shot or line could not be made; the others go on.

    Where it tells of a whole run, `reasons` are why by shot, or by person who could not be
    prepared.
    """

    def __init__(self, message: str, reasons: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.reasons = reasons or {}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around what writes `path`: a system's refusal becomes an OutputError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise OutputError(
                f"the disk that holds {path.parent} is full: free some space and run again, "
                "what is made already is kept"
            ) from error
        reason = error.strerror or str(error)
        raise OutputError(
            f"{path} cannot be written: {reason}; choose another folder with --out"
        ) from error
