"""What the tests of generative animators share: a plan, a command line, a film's frames."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from script2movie.cli import main
from script2movie.movie import (
    Appearance,
    CameraMove,
    CastMember,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.screenplay import save_plan

from . import tiny_large_video, tiny_video

Builder = Callable[..., Path]

# name on the command line, what its checkpoint is, how a tiny one is built, its options
BACKENDS: dict[str, tuple[str, Builder, tuple[str, ...]]] = {
    "svd": ("svd", tiny_video.svd, ("pixels=8192",)),
    "i2vgen-xl": ("i2vgen-xl", tiny_video.i2vgen_xl, ("pixels=8192",)),
    "cogvideox": ("cogvideox", tiny_video.cogvideox, ()),
    "cogvideox-1.5": (
        "cogvideox",
        partial(tiny_video.cogvideox, second=True),
        ("pixels=8192",),
    ),
    "wan-2.1": ("wan", tiny_video.wan, ("pixels=8192",)),
    "wan-2.2-a14b": ("wan", partial(tiny_video.wan, kind="a14b"), ("pixels=8192",)),
    "wan-2.2-5b": ("wan", partial(tiny_video.wan, kind="5b"), ("pixels=8192",)),
    "ltx2": ("ltx2", tiny_large_video.ltx2, ("pixels=8192",)),
    "hunyuan-1.5": ("hunyuan-1.5", tiny_large_video.hunyuan, ()),
}

ANNA = Appearance("Anna", action="waves her hand")


def one_shot(**changes: object) -> Movie:
    """A film of one shot without a word; `changes` are the shot's."""
    shot = {
        "camera_move": CameraMove.PAN_LEFT,
        "characters": (ANNA,),
        "plot": "Anna waves at the window.",
        "duration": 0.75,
    }
    made = Shot("s01_sh001", ShotSize.MEDIUM, Framing.SINGLE, **(shot | changes))  # type: ignore[arg-type]
    scene = Scene("s01", "kitchen", True, Light.DAY, (made,))
    return Movie("Tiny", (CastMember("Anna", gender=Gender.FEMALE),), (scene,))


def said(text: str) -> tuple[Line, ...]:
    return (Line("Anna", text),)


def animator(name: str, model: Path, *options: str) -> list[str]:
    """The command line's words for an animator on the CPU, two steps a clip."""
    chosen = [f"model={model}", "device=cpu", "dtype=float32", "steps=2", *options]
    typed = [word for one in chosen for word in ("--option", f"animator.{one}")]
    return ["--animator", name, *typed]


def shoot(movie: Movie, out: Path, *words: str) -> int:
    """The exit code of `script2movie shoot` for a small, silent film without a report."""
    out.parent.mkdir(parents=True, exist_ok=True)
    plan = out.with_name("plan.json")
    save_plan(movie, plan)
    plain = ("--no-report", "--no-cards", "--no-music", "--size", "192x128", "--fps", "8")
    return main(["shoot", str(plan), "--out", str(out), *plain, *words])
