"""Motion by the published networks: VBench's rules over a clip, and what is refused."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import tiny

from script2movie.annotations import Annotation, ShotId, Span
from script2movie.cli import main
from script2movie.moviebench.frames import ClipFault, Picture, read_clip
from script2movie.moviebench.measures import Measure, Shown
from script2movie.moviebench.measures.motion import DynamicDegree, MotionSmoothness
from script2movie.perception.published.amt import AmtInterpolator
from script2movie.perception.published.raft import RaftFlow

SHOT = ShotId(Span(0, 1000), "film_00.00.00.000-00.00.01.000", "film")


def clip(path: Path, frames: list[Picture], fps: float = 8) -> Shown:
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    for frame in frames:
        writer.write(np.ascontiguousarray(frame[..., ::-1]))
    writer.release()
    return Shown(SHOT, Annotation(SHOT, (), (), "", "", ""), path, "clips")


def test_a_clip_moves_as_vbench_says(tmp_path: Path) -> None:
    """The flows by RAFT, then VBench's words in numpy: sorted lengths, a count, a threshold."""
    given = {"raft-things": tiny.raft(tmp_path / "raft-things.pth")}
    frames = list(tiny.moving_pictures(128, 144)) * 4
    shown = clip(tmp_path / "clip.mp4", frames, fps=16)
    seen = list(read_clip(shown.path))[::2]  # 16 / 8 = 2
    raft = RaftFlow(given["raft-things"])
    fastest = []
    for before, after in pairwise(seen):
        lengths = np.linalg.norm(raft.flow(before, after), axis=2).ravel()
        fastest.append(np.sort(lengths)[::-1][: int(lengths.size * 0.05)].mean())
    needed = round(4 * (len(seen) / 16))
    moving = sum(one > 6.0 * (128 / 256) for one in fastest) >= needed
    assert needed == 1 and fastest
    measure = DynamicDegree(given)
    assert measure.features(shown) == {"sums": pytest.approx([float(moving), 1])}
    (column,) = measure.columns
    assert (column.name, column.paper, column.encoder) == (
        *("dynamic degree", "dynamic", "RAFT, things"),
    )
    assert column.ratio is not None and column.ratio(np.array([[3.0, 4.0]])) == pytest.approx([75])


def test_a_clip_is_smooth_as_vbench_says(tmp_path: Path) -> None:
    """Six frames: 1 and 3 are made again, 5 has no later neighbour; cv2's difference, as there."""
    given = {"amt-s": tiny.amt(tmp_path / "amt-s.pth")}
    shown = clip(tmp_path / "clip.mp4", list(tiny.moving_pictures(128, 128)) * 3)
    seen = list(read_clip(shown.path))
    amt = AmtInterpolator(given["amt-s"])
    apart = [
        cv2.absdiff(seen[number], amt.between(seen[number - 1], seen[number + 1])).mean()
        for number in (1, 3)
    ]
    measure = MotionSmoothness(given)
    (column,) = measure.columns
    assert measure.features(shown) == {"sums": pytest.approx([(255 - np.mean(apart)) / 255, 1])}
    assert (column.name, column.paper) == ("motion smoothness", "smoothness")
    assert "not for commercial use" in column.encoder
    with pytest.raises(ClipFault, match="fewer than 3 frames"):
        measure.features(clip(tmp_path / "two.mp4", seen[:2]))


@pytest.mark.parametrize(
    ("made", "weight", "network"),
    [(DynamicDegree, "raft-things", "RAFT"), (MotionSmoothness, "amt-s", "AMT-S")],
)
def test_a_clip_too_small_or_too_large_is_said(
    made: Callable[[dict[str, Path]], Measure], weight: str, network: str, tmp_path: Path
) -> None:
    (tmp_path / "weights.pth").write_bytes(b"not looked at")
    measure = made({weight: tmp_path / "weights.pth"})
    small = clip(tmp_path / "small.mp4", [np.zeros((96, 160, 3), np.uint8)] * 2)
    with pytest.raises(ClipFault, match=f"side under 128 pixels, too few for {network}"):
        measure.features(small)
    large = clip(tmp_path / "large.mp4", [np.zeros((1440, 2560, 3), np.uint8)] * 2)
    with pytest.raises(ClipFault, match=f"2560 x 1440, too large for {network}"):
        measure.features(large)


def test_without_its_weights_the_stand_in_keeps_its_own_name(
    tree: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["score", str(run), "--dataset", str(tree), "--out", str(tmp_path)]
    assert main([*words, "--metrics", "dynamic", "smoothness", "--protocol", "paper"]) == 0
    told = capsys.readouterr().out
    (row,) = (line for line in told.splitlines() if line.startswith("| dynamic degree |"))
    assert "no data: dynamic degree by RAFT needs the weights 'raft-things' (21 MB" in row
    assert "unzip -jo" in row and "raft-things.pth" in row
    assert "| dynamic degree (DIS flow) | paper |" in told
    (row,) = (line for line in told.splitlines() if line.startswith("| motion smoothness |"))
    assert "'amt-s' (12 MB, CC-BY-NC-4.0, NOT for commercial use)" in row
    assert "| motion smoothness (DIS flow) | paper |" in told
