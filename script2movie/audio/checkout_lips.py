"""Lip-sync by models that are repositories: LatentSync, MuseTalk, Wav2Lip, Hallo2, EDTalk, or any
program of one's own that speaks the worker protocol (docs/workers.md).

Who speaks is found and followed here; a model is given a square film of that face alone, at 25
frames a second, with the sound of its stretch, and what it returns goes back into the lower face.
Holds one shot. Knows faces and the protocol; nothing of the models.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.checkout import WORKERS, Checkout, ProgramOptions, own_program
from script2movie.audio.faceruns import (
    MODEL_RATE,
    FaceRun,
    face_runs,
    model_frames,
    nearest_model_frame,
)
from script2movie.audio.lipsync import tracker_of
from script2movie.errors import BackendUnavailable, ShotFailed
from script2movie.media.clips import encode, read_frames, write_png, write_wav
from script2movie.media.nv12 import from_rgb, to_rgb
from script2movie.perception.sound import resample
from script2movie.stages import SPEECH_RATE, Face, Frame, Likeness, TimedSpeech, Utterance

__all__ = [
    "CheckoutLipSyncer",
    "EdTalk",
    "Hallo2",
    "LatentSync",
    "MuseTalk",
    "RepositoryOptions",
    "Wav2Lip",
]

Floats = NDArray[np.float32]

SIZE = 512  # pixels, of the square that a model is given
AROUND = 0.12  # seconds before and after a line in which a mouth comes from rest and back
HEARD_RATE = 16_000
MISSING = 3  # frames that a model may leave out at the end


@dataclass(frozen=True)
class RepositoryOptions:
    """What an adapter to a repository may be told."""

    checkout: Path | None = field(default=None, metadata={"help": "the repository's folder"})
    python: Path | None = field(default=None, metadata={"help": "its environment's Python"})
    weights: str = field(default="", metadata={"help": "its weights, if not where it has them"})
    config: str = field(default="", metadata={"help": "its configuration, if not its usual one"})
    steps: int = field(default=20, metadata={"help": "of models that denoise"})
    guidance_scale: float = field(default=1.5, metadata={"help": "of models that are guided"})


class _Asking:
    """What all of them do, given a running program and what it is handed on."""

    num_workers = 1
    name = "checkout"
    whole = False  # what it returns is a whole new head, not the same one with other lips

    def __init__(self, checkout: Checkout, handed: Mapping[str, str]) -> None:
        self._checkout = checkout
        self._handed = {key: value for key, value in handed.items() if value}

    @cached_property
    def fingerprint(self) -> str:
        return f"lip worker 2 {self._checkout.fingerprint} {sorted(self._handed.items())}"

    def sync(
        self,
        frames: Iterator[Frame],
        speech: TimedSpeech,
        faces: Sequence[Face],
        cast: Sequence[Likeness],
        *,
        fps: int,
        seed: int,
    ) -> Iterator[Frame]:
        """The frames, the speakers' lower faces replaced; where nobody speaks on screen, as is.

        Raises:
            ShotFailed: the model failed, or returned too few frames.
            BackendUnavailable: the program has ended.
        """
        lines = [said for said in speech.utterances if not said.line.off_screen]
        if not lines:
            yield from frames
            return
        # 1. Whose face is where
        kept: list[Frame] = []
        meshes: dict[str, dict[int, Floats]] = {}
        tracker = None
        for number, frame in enumerate(frames):
            kept.append(frame)
            found = [(track.character, track.points) for track in frame.faces]
            if not frame.faces:
                tracker = tracker or tracker_of(cast, faces)
                seen = tracker.look(to_rgb(frame.nv12))
                found = [(one.name, one.points) for one in seen if one.name]
            for name, points in found:
                meshes.setdefault(name, {})[number] = points
        # 2. Each line, in each stretch in which its speaker is seen
        if kept:
            height, width = kept[0].nv12.shape[0] * 2 // 3, kept[0].nv12.shape[1]
        for said in lines:
            first = max(0, int((said.start - AROUND) * fps))
            last = min(len(kept), int(np.ceil((said.start + said.speech.duration + AROUND) * fps)))
            mine = meshes.get(said.line.character, {})
            for run in face_runs(mine, first, last, width=width, height=height):
                self._replace(run, kept, said, fps, seed)
        yield from kept

    def close(self) -> None:
        """Ends the worker."""
        self._checkout.close()

    def _replace(
        self, run: FaceRun, kept: Sequence[Frame], said: Utterance, fps: int, seed: int
    ) -> None:
        shown = model_frames(len(run.corners), fps)
        with tempfile.TemporaryDirectory(prefix="script2movie") as name:
            folder = Path(name)
            video, audio, still = (folder / one for one in ("face.mp4", "line.wav", "face.png"))
            cut = (run.cut(kept[run.first + at].nv12, at, SIZE) for at in shown)
            encode((from_rgb(rgb) for rgb in cut), video, width=SIZE, height=SIZE, fps=MODEL_RATE)
            write_png(run.cut(kept[run.first].nv12, 0, SIZE), still)
            seconds = len(shown) / MODEL_RATE
            write_wav(_sound(said, run.first / fps, seconds), audio, HEARD_RATE)
            job = {"do": "sync", "video": str(video), "audio": str(audio), "still": str(still)}
            job |= {"out": str(folder / "synced.mp4"), "fps": str(MODEL_RATE)}
            asked = {**job, "seed": seed, "options": self._handed}
            self._checkout.ask(asked, said.line.character)
            synced = [frame.copy() for frame in read_frames(folder / "synced.mp4")]
        if len(synced) < len(shown) - MISSING:
            raise ShotFailed(
                f"{said.line.character}: {self.name} returned {len(synced)} frames of {len(shown)}"
            )
        for number in range(len(run.corners)):
            at = min(nearest_model_frame(number, shown, fps), len(synced) - 1)
            run.paste(kept[run.first + number].nv12, number, synced[at], whole=self.whole)


def _sound(said: Utterance, start: float, seconds: float) -> Floats:
    """The line as it is heard from `start` of the shot on, for `seconds`, at 16 kHz."""
    samples = resample(said.speech.samples, SPEECH_RATE, HEARD_RATE)
    track = np.zeros(round(seconds * HEARD_RATE), np.float32)
    offset = round((said.start - start) * HEARD_RATE)
    heard = samples[max(0, -offset) :][: max(0, len(track) - max(0, offset))]
    track[max(0, offset) : max(0, offset) + len(heard)] = heard
    return track


class _Repository(_Asking):
    Options = RepositoryOptions

    def __init__(self, options: RepositoryOptions = RepositoryOptions()) -> None:
        """Starts the adapter. Raises BackendUnavailable where the repository cannot run."""
        if options.checkout is None or options.python is None:
            raise BackendUnavailable(
                f"lipsync '{self.name}' drives a checkout of its repository: make one as "
                "docs/backends-audio.md says, and give --option lipsync.checkout=DIR and "
                "--option lipsync.python=ENV/bin/python"
            )
        if not options.checkout.is_dir():
            raise BackendUnavailable(
                f"there is no folder {options.checkout}: give --option lipsync.checkout="
            )
        script = str(WORKERS / "lips.py")
        command = [sys.executable, script, self.name, str(options.python.absolute())]
        handed = {
            **{"weights": options.weights, "config": options.config},
            **{"steps": str(options.steps), "guidance_scale": str(options.guidance_scale)},
        }
        super().__init__(Checkout(command, "sync", folder=options.checkout), handed)


class LatentSync(_Repository):
    """LatentSync 1.5 and 1.6 (ByteDance): diffusion in the mouth's region."""

    name = "latentsync"


class MuseTalk(_Repository):
    """MuseTalk 1.5 (TMElyralab): the lower face in one step."""

    name = "musetalk"


class Wav2Lip(_Repository):
    """Wav2Lip (Rudrabha): a GAN of 96 pixels; research only."""

    name = "wav2lip"


class Hallo2(_Repository):
    """Hallo2 (Fudan): a whole talking head from the stretch's first frame."""

    name, whole = "hallo2", True


class EdTalk(_Repository):
    """EDTalk: lips by sound, the head's pose by the stretch itself."""

    name = "edtalk"


class CheckoutLipSyncer(_Asking):
    """A program of one's own that speaks the protocol."""

    Options = ProgramOptions

    def __init__(self, options: ProgramOptions) -> None:
        """Starts the program. Raises BackendUnavailable where it cannot run."""
        checkout = own_program(options, "lipsync", "sync")
        super().__init__(checkout, {"options": options.options})
