"""What tests of generative storyboards share: tiny checkpoints, people, settings and views."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from generative import checkpoints, editors

from script2movie.backends import open_backend
from script2movie.movie import Appearance, CameraMove, Framing, Light, Position, ShotSize, Style
from script2movie.stages import Likeness, Setting, Storyboarder, View

ON_CPU = {"device": "cpu", "dtype": "float32"}
SMALL = ON_CPU | {"steps": "2", "pixels": str(128 * 128)}

ANNA = Appearance("Anna", "Anna reads a letter.", Position.LEFT, Position.RIGHT)
BEN = Appearance("Ben", "Ben laughs.", Position.RIGHT, Position.LEFT)
KITCHEN = Setting(
    place="kitchen",
    interior=True,
    light=Light.DAY,
    set="",
    description="",
    mood="",
    wardrobe=(("Anna", "a red coat"),),
    props=(),
    style=Style.PHOTO,
)


@cache
def built(kind: str) -> str:
    """A tiny checkpoint of this kind, built once for all tests."""
    room = editors if hasattr(editors, kind) else checkpoints
    return str(getattr(room, kind)(Path(mkdtemp(prefix="script2movie-")) / kind))


def sdxl_options(**options: str) -> dict[str, str]:
    return SMALL | {"model": built("sdxl"), "ip_adapter": built("ip_adapter")} | options


def opened(name: str, **options: str) -> Storyboarder:
    """A real backend, opened as the pipeline opens it."""
    backend = open_backend("storyboard", name, options)
    return backend  # type: ignore[return-value]


def view_of(*people: Appearance, size: ShotSize = ShotSize.MEDIUM, plot: str = "") -> View:
    framings = {0: Framing.ESTABLISHING, 1: Framing.SINGLE, 2: Framing.TWO_SHOT}
    framing = framings.get(len(people), Framing.GROUP)
    return View(size, framing, CameraMove.STATIC, people, plot, "", ())


def person(name: str, seed: int) -> Likeness:
    """A likeness whose portrait is noise: a random checkpoint sees no more in a real one."""
    rng = np.random.default_rng(seed)
    portrait = np.kron(rng.integers(0, 255, (8, 8, 3)), np.ones((16, 16, 1))).astype(np.uint8)
    return Likeness(
        name,
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((468, 3), np.float32),
        rng.standard_normal(128).astype(np.float32),
        looks="a young woman" if name == "Anna" else "an old man",
        portrait=portrait,
    )
