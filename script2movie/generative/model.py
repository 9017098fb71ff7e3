"""A model of one run: loaded at its first call, made thriftier when memory runs out, then freed.

Where a call runs out of memory the model is loaded again with the next thriftier setting and the
call is made again; that is said, and remembered for this model on this device in
`thrift.json` beside the weights, so that the next run starts there. There is no other retry.
"""

import gc
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, TypeVar

from script2movie import weights
from script2movie.errors import ShotFailed
from script2movie.generative.running import Running, thriftier
from script2movie.generative.tensors import quieten
from script2movie.stages import Watch

__all__ = ["Model"]

P = TypeVar("P")  # a pipeline
T = TypeVar("T")
FULL = ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "can't allocate memory")
SETTLED = ("tiling", "offload")  # what thrift may change


class Model(Generic[P]):
    """A pipeline that is there when it is called. `num_loads` counts how often it was loaded."""

    def __init__(self, name: str, running: Running, load: Callable[[Running], P]) -> None:
        """`load` gives a pipeline, placed as its argument says; `name` is the model's own."""
        self.name, self.asked, self._load = name, running, load
        self.watch = Watch()
        self.num_loads = 0
        self.notes: tuple[str, ...] = ()
        self._running: Running | None = None
        self._pipe: P | None = None

    @property
    def running(self) -> Running:
        """The options in force: as asked, or as thrift has made them."""
        if self._running is None:
            self._running = self._remembered()
            if self._running != self.asked:
                self._note(f"{self._told(self._running)}, as memory ran out in an earlier run")
        return self._running

    @property
    def pipe(self) -> P:
        """The pipeline, loaded where it is not yet."""
        if self._pipe is None:
            quieten()
            self._pipe = self._load(self.running)
            self.num_loads += 1
        return self._pipe

    def call(self, run: Callable[[P], T]) -> T:
        """What `run` makes of the pipeline.

        Raises:
            ShotFailed: memory ran out under the thriftiest setting too.
        """
        while True:
            try:
                return run(self.pipe)
            except RuntimeError as error:
                if not _out_of_memory(error):
                    raise
                reason = str(error).split(".")[0]
            self._economise(reason)  # outside of the handler: its traceback holds the tensors

    def step_told(self, total: int) -> Callable[..., dict[str, Any]]:
        """For a pipeline's `callback_on_step_end`: tells each of the `total` steps."""

        def told(pipe: object, step: int, time: object, tensors: dict[str, Any]) -> dict[str, Any]:
            self.watch.step(step + 1, total)
            return tensors

        return told

    def close(self) -> None:
        """Frees the model's memory."""
        self._pipe = None
        gc.collect()
        if self.asked.device == "cuda":
            import torch

            torch.cuda.empty_cache()

    def _economise(self, reason: str) -> None:
        following = next(thriftier(self.running), None)
        if following is None:
            raise ShotFailed(
                f"{self.name} ran out of memory under its thriftiest setting ({reason}): have it "
                f"draw smaller (--preview, or --option {self.name.partition(' ')[0]}.pixels=), or "
                "choose a smaller model, or a profile for a smaller GPU"
            )
        self.close()
        self._running = following
        self._remember(following)
        self._note(f"{self._told(following)}, as memory ran out")

    def _told(self, running: Running) -> str:
        changed = [
            f"{name} {getattr(running, name)}".replace("tiling True", "tiling")
            for name in SETTLED
            if getattr(running, name) != getattr(self.asked, name)
        ]
        return f"{self.name} runs with {' and '.join(changed)}"

    def _note(self, note: str) -> None:
        self.notes = (*self.notes, note)
        self.watch.remark(note)

    @property
    def _key(self) -> str:
        where: str = self.asked.device
        if where == "cuda":
            import torch

            where = torch.cuda.get_device_name()
        asked = [f"{name}={getattr(self.asked, name)}" for name in ("dtype", *SETTLED)]
        checkpoint = getattr(self.asked, "model", "")
        return f"{self.name} {checkpoint} on {where}, {', '.join(asked)}"

    def _remembered(self) -> Running:
        known = _read_memory().get(self._key)
        options = [self.asked, *thriftier(self.asked)]
        return next((one for one in options if _settled(one) == known), self.asked)

    def _remember(self, running: Running) -> None:
        memory = _read_memory() | {self._key: _settled(running)}
        path = _memory_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(memory, indent=1), encoding="utf-8")
        draft.replace(path)


def _settled(running: Running) -> dict[str, Any]:
    return {name: value for name, value in asdict(running).items() if name in SETTLED}


def _memory_file() -> Path:
    return weights.folder() / "thrift.json"


def _read_memory() -> dict[str, Any]:
    try:
        told = json.loads(_memory_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):  # nothing to remember, or written by hand: nothing is lost
        return {}
    return told if isinstance(told, dict) else {}


def _out_of_memory(error: RuntimeError) -> bool:
    import torch

    told = str(error)
    return isinstance(error, torch.OutOfMemoryError) or any(words in told for words in FULL)
