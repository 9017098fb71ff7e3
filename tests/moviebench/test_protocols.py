"""Where the released scripts differ from the paper's text: each quirk, worked by hand."""

from pathlib import Path

import numpy as np
import pytest
import tiny
from scipy.linalg import sqrtm
from synthetic import FERRY, FPS, INN

from script2movie.annotations import Annotation, ShotId, Span
from script2movie.moviebench.dataset import open_dataset
from script2movie.moviebench.frames import open_clip, released_numbers, resized
from script2movie.moviebench.layout import find_predictions
from script2movie.moviebench.measures import Shown
from script2movie.moviebench.measures.identity import Identity, Seen, released_seen
from script2movie.moviebench.measures.pictures import (
    Aesthetic,
    ClipScore,
    Fid,
    InceptionScore,
    paired,
    sampled,
)
from script2movie.moviebench.measures.video import Fvd
from script2movie.moviebench.metrics.frechet import frechet_distance, moments
from script2movie.moviebench.rows import row_of
from script2movie.moviebench.scoring import gather
from script2movie.report.looking import Sighting
from script2movie.report.scoring import IdentityCounts, frame_numbers

SHOT = ShotId(Span(0, 1000), f"{FERRY}_00.00.00.000-00.00.01.000", FERRY)


@pytest.fixture(scope="module")
def shown(tree: Path, run: Path) -> list[Shown]:
    films = open_dataset(tree).chosen("Test")
    return gather(films, find_predictions(run, films))[0]


def test_frames_are_taken_by_integer_interval_from_the_first_on() -> None:
    # 49 frames, 25 wanted: 49 // 25 = 1, so frames 0 to 24: the second half is never seen
    assert released_numbers(49, 25) == tuple(range(25))
    # 50: every second one, 0 to 48
    assert released_numbers(50, 25) == tuple(range(0, 50, 2))
    # 104 // 5 = 20: 0 20 40 60 80, and never the end; the paper's five lie in the middle of fifths
    assert released_numbers(104, 5) == (0, 20, 40, 60, 80)
    assert frame_numbers(104, 5) == (10, 31, 52, 72, 93)
    assert released_numbers(3, 5) == (0, 1, 2)


def face(name: str, box: tuple[float, float, float, float]) -> Sighting:
    return Sighting(name, name or "Anna O'Neil", 0.3, box)


INSIDE = (40.0, 40.0, 60.0, 60.0)


def looked(frames: list[list[Sighting]]) -> Seen:
    return Seen(tuple(map(tuple, frames)), 100, 100, "")


def test_only_the_last_frame_counts(tree: Path) -> None:
    films = open_dataset(tree).chosen("Test")
    there = Annotation(SHOT, (("Anna O'Neil", ""), ("Old Tom", "")), (), "", "", "")
    shown = Shown(SHOT, there, Path("clip.mp4"), "clips")
    seen = looked(
        [[face("Anna O'Neil", INSIDE)], [face("Old Tom", INSIDE)], [face("Kim-Lee", INSIDE)]]
    )
    # the union is Anna, Tom and Kim-Lee: 2 right, 1 too many
    assert Identity("paper", films).counts(shown, seen) == IdentityCounts(2, 1, 0)
    # the last frame is Kim-Lee alone: none right, 1 too many, 2 missed
    assert Identity("released", films).counts(shown, seen) == IdentityCounts(0, 1, 2)


def test_faces_at_the_upper_and_left_edge_are_lost() -> None:
    # box 5..25: 20 wide, doubled 40, begins at 5 - 10 = -5, which Python reads as 95:
    # 95..35 is empty, so the face is passed over
    assert released_seen(looked([[face("Anna", (5, 40, 25, 60))]])) == frozenset()
    assert released_seen(looked([[face("Anna", (40, 5, 60, 25))]])) == frozenset()
    # 10 - 10 = 0 begins in the picture; beyond the right edge nothing is lost
    assert released_seen(looked([[face("Anna", (10, 40, 30, 60))]])) == {"Anna"}
    assert released_seen(looked([[face("Anna", (75, 40, 99, 60))]])) == {"Anna"}
    # 0..60: doubled 120, begins at -30 = 70, ends at 90: 20 columns are left, so it counts
    assert released_seen(looked([[face("Anna", (0, 0, 60, 60))]])) == {"Anna"}


def test_false_positives_are_not_divided_by_1_4(tree: Path) -> None:
    """The repository has a helper that does; the script does not call it, and the paper's P, R
    and F1 agree with one another without it: 5 right, 7 too many is 5/12, not 5/10.
    """
    (precision, _, _) = Identity("released", open_dataset(tree).chosen("Test")).columns
    assert precision.ratio is not None
    assert precision.ratio(np.array([[5.0, 7.0, 3.0]])) == pytest.approx([100 * 5 / 12])


def test_one_film_or_the_last_is_all_that_is_covered(tree: Path, tmp_path: Path) -> None:
    films = open_dataset(tree).chosen("Test")
    given = {
        "clip-vit-l14": tiny.clip(tmp_path / "clip"),
        "laion-aesthetic": tiny.linear_head(tmp_path / "head.pth", 24),
        "i3d": tiny.i3d(tmp_path / "i3d.pt"),
    }
    for measure, released in (
        (Identity("released", films), "first"),
        (Fvd("released", given), "first"),
        (Aesthetic("released", given), "last"),
    ):
        assert {column.scope for column in measure.columns} == {released}
    for measure in (Identity("paper", films), Fvd("paper", given), Aesthetic("paper", given)):
        assert {column.scope for column in measure.columns} == {"all"}


def test_clip_sees_near_black_pictures_of_another_shape(shown: list[Shown], tmp_path: Path) -> None:
    """(x / 255 / 255 - mean) / deviation of frames squeezed to 256 x 256, by transformers."""
    import torch
    from transformers import CLIPModel

    from script2movie.perception.published.clip import DEVIATION, MEAN
    from script2movie.perception.published.pixels import cropped

    folder = tiny.clip(tmp_path / "clip")
    measure = ClipScore("released", {"clip-vit-b16": folder})
    squeezed = [resized(one, 256) for one in sampled(shown[0], "released")]
    x = np.stack([cropped(one, 32) for one in squeezed]).astype(np.float32)
    x = (x / 255 / 255 - np.array(MEAN, np.float32)) / np.array(DEVIATION, np.float32)
    model = CLIPModel.from_pretrained(folder).eval()
    tokens = measure._encoder._tokenizer(shown[0].annotation.plot, return_tensors="pt")
    with torch.inference_mode():
        both = model(pixel_values=torch.tensor(x.transpose(0, 3, 1, 2).copy()), **tokens)
    cosines = (both.image_embeds @ both.text_embeds.T)[:, 0].numpy()
    expected = max(0.0, 100 * float(cosines.mean()))
    assert measure.features(shown[0])["sums"] == pytest.approx([expected, 1], rel=1e-4, abs=1e-5)
    plain = ClipScore("paper", {"clip-vit-b16": folder}).features(shown[0])
    assert plain["sums"][0] != pytest.approx(expected, rel=1e-3)


def test_aesthetic_is_of_thumbnails_and_grows_with_the_embedding(
    shown: list[Shown], tmp_path: Path
) -> None:
    from script2movie.perception.published.clip import ClipEncoder, read_aesthetic_head

    folder = tiny.clip(tmp_path / "clip")
    head = tiny.linear_head(tmp_path / "head.pth", 24)
    given = {"clip-vit-l14": folder, "laion-aesthetic": head}
    thumbnails = [resized(one, 100) for one in sampled(shown[0], "released")]
    seen = ClipEncoder(folder).pictures(thumbnails).astype(np.float64)
    weight, bias = read_aesthetic_head(head)
    expected = (seen @ weight + bias).mean()
    ours = Aesthetic("released", given).features(shown[0])["sums"]
    assert ours == pytest.approx([expected, 1], rel=1e-4)
    whole = ClipEncoder(folder).pictures(sampled(shown[0], "paper")).astype(np.float64)
    whole /= np.linalg.norm(whole, axis=1, keepdims=True)
    ours = Aesthetic("paper", given).features(shown[0])["sums"]
    assert ours == pytest.approx([(whole @ weight + bias).mean(), 1], rel=1e-4)


def test_fid_leaves_the_last_frame_out(shown: list[Shown]) -> None:
    total = open_clip(shown[0].path).num_frames
    assert total == round(1.5 * FPS)
    ours, theirs = paired(shown[0], "released", 64)
    assert len(ours) == len(theirs) == total - 1
    assert ours[0].shape == (64, 64, 3)
    ours, theirs = paired(shown[0], "paper", 64)
    assert len(ours) == len(theirs) == total
    assert ours[0].shape == (360, 640, 3)


def test_fid_and_inception_score_pool_all_films(shown: list[Shown], tmp_path: Path) -> None:
    """Two films' shots through the published network's shapes, then pooled as one."""
    given = {"inception": tiny.inception(tmp_path / "inception.pth")}
    rng = np.random.default_rng(0)
    parts = [{"shown": rng.normal(size=(7, 192)), "truth": rng.normal(size=(7, 192))}] * 3
    value, _ = Fid("released", given).pool(lambda: parts)
    whole = [np.concatenate([part[side] for part in parts]) for side in ("shown", "truth")]
    assert value == pytest.approx(frechet_distance(*map(moments, whole)), rel=1e-9)
    one = Shown(shown[0].shot, shown[0].annotation, shown[0].path, "clips", truth=shown[0].truth)
    measure = InceptionScore("released", given)
    assert [column.scope for column in measure.columns] == ["all"]
    logits = rng.normal(size=(20, 1008))
    value, spread = measure.pool(lambda: [{"shown": logits[:5]}, {"shown": logits[5:]}])
    assert value is not None and value > 1 and spread is not None
    assert one.truth is not None and INN


def test_a_pooled_number_has_an_interval(shown: list[Shown], tmp_path: Path) -> None:
    """A tenth of the shots left out at a time, against the same distances made whole."""
    measure = Fid("released", {"inception": tiny.inception(tmp_path / "inception.pth")})
    rng = np.random.default_rng(0)
    found, kept = [], []
    for number in range(20):
        part = {side: rng.normal(size=(3, 5)) for side in ("shown", "truth")}
        np.savez(tmp_path / f"{number}.npz", **part)
        found.append((shown[0], tmp_path / f"{number}.npz"))
        kept.append(part)
    row = row_of(measure, measure.columns[0], found, {}, {}, seed=4)
    group_of = np.random.default_rng(4).permutation(20) % 10

    def distance(parts: list[dict[str, np.ndarray]]) -> float:
        sides = [np.concatenate([part[side] for part in parts]) for side in ("shown", "truth")]
        between = np.square(sides[0].mean(0) - sides[1].mean(0)).sum()
        first, second = (np.cov(side, rowvar=False) for side in sides)
        root = sqrtm(first @ second).real
        return float(between + np.trace(first + second - 2 * root))

    without = [
        distance([p for p, g in zip(kept, group_of, strict=True) if g != out]) for out in range(10)
    ]
    half = 2.2622 * np.sqrt(0.9 * np.square(np.array(without) - np.mean(without)).sum())
    assert row.value == pytest.approx(distance(kept)) and row.between is not None
    assert row.between == pytest.approx((row.value - half, row.value + half), rel=1e-4)
    assert row_of(measure, measure.columns[0], found[:1], {}, {}, seed=4).between is None


def test_fvd_is_the_mean_over_prefixes(tmp_path: Path) -> None:
    """Lengths 10 to 24: fifteen distances, their mean; the paper's protocol has the last alone."""
    given = {"i3d": tiny.i3d(tmp_path / "i3d.pt")}
    rng = np.random.default_rng(1)
    parts = [
        {
            f"{side} {length}": rng.normal(size=(1, 400)) + length / 10 * (side == "shown")
            for side in ("shown", "truth")
            for length in range(10, 25)
        }
        for _ in range(4)
    ]

    def distance(length: int) -> float:
        sides = [np.concatenate([p[f"{s} {length}"] for p in parts]) for s in ("shown", "truth")]
        return float(frechet_distance(*map(moments, sides)) or 0)

    released, _ = Fvd("released", given).pool(lambda: parts)
    assert released == pytest.approx(np.mean([distance(length) for length in range(10, 25)]))
    paper, _ = Fvd("paper", given).pool(lambda: parts)
    assert paper == pytest.approx(distance(24))
