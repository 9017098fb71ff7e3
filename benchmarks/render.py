"""How fast shots are rendered, as a ratio to plainly encoding the same finished frames.

    python benchmarks/render.py PORTRAIT PORTRAIT [--seconds 8] [--size 1280x720]

Renders the same two people in several shots without speech, straight into the film's encoder;
then encodes the very same frames from memory with the same settings, in the same run. The ratio
of the two wall times is what counts: it does not depend on the machine. Below it stands where
the render's time goes, and the most memory that the render took.
"""

import argparse
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.animate.backdrop import Place
from script2movie.animate.embedded import EmbeddedAnimator
from script2movie.animate.grade import Grain
from script2movie.animate.people import Person
from script2movie.media.clips import encode
from script2movie.movie import (
    Appearance,
    CameraMove,
    Character,
    Framing,
    Light,
    Portrait,
    Position,
    ShotSize,
    Style,
)
from script2movie.stages import Frame, Keyframe, Setting, View
from script2movie.storyboard.embedded import EmbeddedStoryboarder

FPS = 24
LEFT = Appearance("left", position=Position.LEFT, facing=Position.RIGHT)
RIGHT = Appearance("right", position=Position.RIGHT, facing=Position.LEFT)
SHOTS: tuple[tuple[ShotSize, Framing, CameraMove, tuple[Appearance, ...]], ...] = (
    (ShotSize.MEDIUM, Framing.TWO_SHOT, CameraMove.STATIC, (LEFT, RIGHT)),
    (ShotSize.MEDIUM, Framing.TWO_SHOT, CameraMove.PAN_RIGHT, (LEFT, RIGHT)),
    (ShotSize.MEDIUM, Framing.TWO_SHOT, CameraMove.HANDHELD, (LEFT, RIGHT)),
    (ShotSize.CLOSE_UP, Framing.SINGLE, CameraMove.DOLLY_IN, (LEFT,)),
    (ShotSize.CLOSE_UP, Framing.SINGLE, CameraMove.STATIC, (RIGHT,)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("portraits", nargs=2, type=Path)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each of the five shots")
    parser.add_argument("--size", default="1280x720")
    options = parser.parse_args()
    width, height = (int(n) for n in options.size.split("x"))
    num_frames = round(options.seconds * FPS)
    with ProcessPoolExecutor(1, get_context("spawn")) as other:  # whose memory is not counted
        keyframes = other.submit(draw, options.portraits, width, height).result()
    clock = Clock()
    for owner, name in ((Place, "backdrop"), (Person, "people")):
        clock.watch(owner, "draw", name)
    clock.watch(Grain, "over", "grain")

    def render(view: View, keyframe: Keyframe) -> Iterator[Frame]:
        return EmbeddedAnimator().animate(
            keyframe, view, (), None, width=width, height=height,
            num_frames=num_frames, fps=FPS, seed=1,
        )  # fmt: skip

    rendered = plain = 0.0
    print(f"{len(keyframes)} shots of {options.seconds:g} s, {width}x{height}, {FPS} frames/s")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"

        def encoded(frames: Iterable[NDArray[np.uint8]]) -> float:
            start = time.perf_counter()
            encode(frames, path, width=width, height=height, fps=FPS)
            return time.perf_counter() - start

        first = {}
        for view, keyframe in keyframes:
            first[view] = encoded(frame.nv12 for frame in render(view, keyframe))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        spent = dict(clock.spent)
        for view, keyframe in keyframes:
            again = encoded([frame.nv12 for frame in render(view, keyframe)])
            rendered, plain = rendered + first[view], plain + again
            print(
                f"  {view.framing:9} {view.camera_move:10} {num_frames / first[view]:6.1f} frames/s"
                f"  encoding alone {num_frames / again:6.1f}  ratio {first[view] / again:.2f}"
            )
    total = num_frames * len(keyframes)
    print(
        f"ratio {rendered / plain:.2f} (render and encode {rendered:.1f} s, encode {plain:.1f} s)"
    )
    for name, seconds in sorted(spent.items(), key=lambda one: -one[1]):
        print(f"  {name:9} {1000 * seconds / total:5.2f} ms a frame")
    print(f"most memory of the render: {memory} MB")


def draw(portraits: list[Path], width: int, height: int) -> list[tuple[View, Keyframe]]:
    """The shots' keyframes."""
    storyboard = EmbeddedStoryboarder()
    cast = {
        name: storyboard.prepare(Character(name, (Portrait(path),)))
        for name, path in zip(("left", "right"), portraits, strict=True)
    }
    setting = Setting(
        "living room", True, Light.DAY, "", "", "", wardrobe=(), props=(), style=Style.PHOTO
    )
    views = [View(*shot, "", "", ()) for shot in SHOTS]
    return [
        (
            view,
            storyboard.draw(
                setting,
                view,
                [cast[a.character] for a in view.characters],
                width=width,
                height=height,
                seed=1,
            ),
        )
        for view in views
    ]


class Clock:
    """Adds up the processor time that methods take."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def watch(self, owner: type, method: str, name: str) -> None:
        """Times every call of a method from now on."""
        inner: Callable[..., Any] = getattr(owner, method)

        def timed(*arguments: Any) -> Any:
            start = time.thread_time()
            value = inner(*arguments)
            self.spent[name] += time.thread_time() - start
            return value

        setattr(owner, method, timed)


if __name__ == "__main__":
    main()
