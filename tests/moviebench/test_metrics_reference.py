"""Every metric against another's implementation on the same features, to 1e-4 or better."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.moviebench.metrics.cepstral import mel_cepstral_distortion_db
from script2movie.moviebench.metrics.clip_score import clip_score
from script2movie.moviebench.metrics.consistency import consistency
from script2movie.moviebench.metrics.dynamic_degree import fastest_motion
from script2movie.moviebench.metrics.frechet import Moments, frechet_distance, moments
from script2movie.moviebench.metrics.inception_score import inception_score
from script2movie.perception.words import WordCounts, count_words
from script2movie.report.scoring import IdentityCounts, count_identities

RELATIVE = 1e-4
Features = NDArray[np.float32]


@pytest.fixture
def clouds() -> tuple[Features, Features]:
    """Two clouds of 300 and 250 features of 64 numbers, correlated and apart."""
    rng = np.random.default_rng(1)
    mix = rng.normal(size=(64, 64)) / 8
    one = rng.normal(size=(300, 64)) @ mix
    other = rng.normal(size=(250, 64)) @ mix.T * 1.3 + 0.2
    return one.astype(np.float32), other.astype(np.float32)


@pytest.fixture
def _quiet_torchmetrics() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.usefixtures("_quiet_torchmetrics")
def test_frechet_as_torchmetrics_and_as_scipy(clouds: tuple[Features, Features]) -> None:
    import torch
    from scipy.linalg import sqrtm
    from torchmetrics.image.fid import FrechetInceptionDistance

    one, other = clouds
    ours = frechet_distance(moments(one), moments(other))
    # pytorch-fid's and StyleGAN-V's arithmetic: the root of the product of covariances
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    root = np.real(sqrtm(first @ second))
    gap = ((one.mean(axis=0) - other.mean(axis=0)) ** 2).sum()
    assert ours == pytest.approx(gap + np.trace(first + second - 2 * root), rel=RELATIVE)

    class Passing(torch.nn.Module):
        """Features are the pictures themselves."""

        num_features = 64

        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            return pictures.reshape(len(pictures), -1)[:, :64]

    metric = FrechetInceptionDistance(
        feature=Passing(), normalize=False, input_img_size=(1, 8, 8)
    ).set_dtype(torch.float64)
    metric.update(torch.tensor(one).reshape(-1, 1, 8, 8).double(), real=True)
    metric.update(torch.tensor(other).reshape(-1, 1, 8, 8).double(), real=False)
    assert ours == pytest.approx(float(metric.compute()), rel=RELATIVE)


def test_frechet_of_fewer_features_than_numbers(clouds: tuple[Features, Features]) -> None:
    """Rank-deficient covariances, where scipy's root is unsure: by singular values instead."""
    one, other = (cloud[:20].astype(np.float64) for cloud in clouds)
    ours = frechet_distance(moments(one), moments(other))
    centred = [(cloud - cloud.mean(axis=0)) / np.sqrt(19) for cloud in (one, other)]
    shared = np.linalg.svd(centred[0] @ centred[1].T, compute_uv=False).sum()
    spreads = sum((cloud**2).sum() for cloud in centred)
    gap = ((one.mean(axis=0) - other.mean(axis=0)) ** 2).sum()
    assert ours == pytest.approx(gap + spreads - 2 * shared, rel=RELATIVE)


def test_moments_in_parts_are_numpys_covariance(clouds: tuple[Features, Features]) -> None:
    one, _ = clouds
    total: Moments = moments(one[:100]) + moments(one[100:])
    np.testing.assert_allclose(total.covariance, np.cov(one, rowvar=False), atol=1e-9)
    np.testing.assert_allclose(total.mean, one.mean(axis=0, dtype=np.float64), atol=1e-12)


@pytest.mark.usefixtures("_quiet_torchmetrics")
def test_inception_score_as_torchmetrics() -> None:
    import torch
    from torchmetrics.image.inception import InceptionScore

    logits = np.random.default_rng(2).normal(size=(103, 50)).astype(np.float32) * 3

    class Passing(torch.nn.Module):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            return torch.tensor(logits)

    metric = InceptionScore(feature=Passing())
    metric.update(torch.zeros(103, 3, 4, 4, dtype=torch.uint8))
    torch.manual_seed(123)
    mean, spread = metric.compute()
    torch.manual_seed(123)
    order = torch.randperm(103).numpy()
    parts = [logits[:40], logits[40:41], logits[41:]]
    assert inception_score(parts, order) == pytest.approx((float(mean), float(spread)), rel=1e-4)


def test_clip_score_as_torch_has_cosines() -> None:
    import torch

    rng = np.random.default_rng(3)
    frames, text = rng.normal(size=(25, 512)) + 0.3, rng.normal(size=512) + 0.3
    cosines = torch.cosine_similarity(torch.tensor(frames), torch.tensor(text)[None])
    assert clip_score(frames, text) == pytest.approx(float(100 * cosines.mean()), rel=1e-9)


def test_consistency_as_vbench_has_it() -> None:
    """VBench's loop, frame by frame, with torch's cosine."""
    import torch
    from torch.nn import functional

    frames = torch.tensor(np.random.default_rng(4).normal(size=(12, 768)).astype(np.float32))
    frames = frames + 0.5
    expected, first, former = 0.0, frames[:1], frames[:1]
    for frame in frames[1:].split(1):
        before = max(0.0, float(functional.cosine_similarity(former, frame)))
        start = max(0.0, float(functional.cosine_similarity(first, frame)))
        expected += (before + start) / 2
        former = frame
    total, count = consistency(frames.numpy())
    assert (total, count) == (pytest.approx(expected, rel=1e-5), 11)


def test_fastest_motion_as_vbench_has_it() -> None:
    flow = np.random.default_rng(5).normal(size=(36, 64, 2)).astype(np.float32)
    lengths = np.sqrt(np.square(flow[..., 0]) + np.square(flow[..., 1])).flatten()
    expected = np.mean(abs(np.sort(-lengths))[: int(36 * 64 * 0.05)])
    assert fastest_motion(flow) == pytest.approx(float(expected), rel=1e-5)


def test_cepstral_distortion_as_a_library_and_a_plain_loop() -> None:
    """The library's frames, paired; and dynamic time warping by the textbook's double loop."""
    rng = np.random.default_rng(6)
    one, other = rng.normal(size=(30, 14)), rng.normal(size=(37, 14))
    from scipy.spatial.distance import cdist

    distances = cdist(one[:, 1:], other[:, 1:])
    cost = np.full((31, 38), np.inf)
    cost[0, 0] = 0
    for row in range(30):
        for column in range(37):
            before = min(cost[row, column], cost[row, column + 1], cost[row + 1, column])
            cost[row + 1, column + 1] = distances[row, column] + before
    from script2movie.moviebench.metrics.cepstral import warping_path

    path = warping_path(distances)
    assert sum(distances[step] for step in path) == pytest.approx(cost[30, 37])
    assert path[0] == (0, 0) and path[-1] == (29, 36)
    loud = mel_cepstral_distortion_db(one, one + 1, aligned=False)
    assert loud == pytest.approx(10 / np.log(10) * np.sqrt(2 * 14), rel=1e-9)


def test_identity_counts_as_scikit_learn_has_them() -> None:
    from sklearn.metrics import precision_recall_fscore_support

    rng = np.random.default_rng(7)
    truth, seen = rng.random((40, 6)) < 0.4, rng.random((40, 6)) < 0.4
    total = IdentityCounts()
    for there, found in zip(truth, seen, strict=True):
        total += count_identities(
            {str(n) for n in np.flatnonzero(there)}, {str(n) for n in np.flatnonzero(found)}
        )
    precision, recall, f1, _ = precision_recall_fscore_support(truth, seen, average="micro")
    assert (total.precision, total.recall, total.f1) == pytest.approx((precision, recall, f1))


def test_word_errors_as_jiwer_counts_them() -> None:
    import jiwer

    pairs = [
        ("the last boat leaves soon", "the last goat leaves very soon"),
        ("is there a room", "is a room"),
        ("nobody opens the door", "nobody opens the door"),
    ]
    total = sum((count_words(said, heard) for said, heard in pairs), WordCounts())
    expected = jiwer.wer([said for said, _ in pairs], [heard for _, heard in pairs])
    assert total.error_rate == pytest.approx(expected)
