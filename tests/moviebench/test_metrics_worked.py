"""Every metric on a case worked by hand; the arithmetic stands beside it."""

import math

import numpy as np
import pytest

from script2movie.moviebench.metrics.aesthetic import aesthetic_scores
from script2movie.moviebench.metrics.bootstrap import (
    interval,
    jackknife_interval,
    resampled_weights,
)
from script2movie.moviebench.metrics.cepstral import mel_cepstral_distortion_db, warping_path
from script2movie.moviebench.metrics.clip_score import clip_score
from script2movie.moviebench.metrics.confusion import NOBODY, confusion
from script2movie.moviebench.metrics.consistency import consistency
from script2movie.moviebench.metrics.dynamic_degree import (
    fastest_motion,
    moves,
    sampling_interval,
)
from script2movie.moviebench.metrics.frechet import frechet_distance, moments
from script2movie.moviebench.metrics.inception_score import inception_score
from script2movie.moviebench.metrics.smoothness import motion_smoothness


def test_clip_score() -> None:
    # cosines of (3, 4) and (1, 0) with (1, 0): 0.6 and 1; 100 (0.6 + 1) / 2 = 80
    frames = np.array([[3.0, 4.0], [2.0, 0.0]])
    assert clip_score(frames, np.array([5.0, 0.0])) == pytest.approx(80)
    # all against the text: -80, which counts as 0
    assert clip_score(frames, np.array([-5.0, 0.0])) == 0


def test_inception_score() -> None:
    # two frames, each sure of another class: p log p = 0 each, marginal (½, ½), KL = ln 2, IS = 2
    sure = np.array([[50.0, -50.0], [-50.0, 50.0]])
    score, spread = inception_score([sure], np.arange(2), num_splits=1)
    assert score == pytest.approx(2) and math.isnan(spread)
    # in two splits of one frame each: marginal = the frame, KL = 0, IS = 1, no spread
    assert inception_score([sure[:1], sure[1:]], np.arange(2), num_splits=2) == (1.0, 0.0)
    # 5 frames in 4 splits: chunks of 2, 2, 1, as torch.chunk: three splits in all
    mean, spread = inception_score([np.tile(sure[:1], (5, 1))], np.arange(5), num_splits=4)
    assert (mean, spread) == (1.0, 0.0)


def test_frechet_distance() -> None:
    # means 0 and 3; variances of (-1, 1) and (1, 5): 2 and 8
    # (0 - 3)² + 2 + 8 - 2 sqrt(16) = 9 + 10 - 8 = 11
    first, second = np.array([[-1.0], [1.0]]), np.array([[1.0], [5.0]])
    assert frechet_distance(moments(first), moments(second)) == pytest.approx(11)
    # two parts of the same features, added, are the whole
    parts = moments(second[:1]) + moments(second[1:])
    assert frechet_distance(moments(first), parts) == pytest.approx(11)
    assert frechet_distance(moments(first), moments(second[:1])) is None


def test_aesthetic_score() -> None:
    # (3, 4) has length 5: 3/5 · 10 + 4/5 · 5 + 1 = 11 normalised; 3 · 10 + 4 · 5 + 1 = 51 not
    embedding, head = np.array([[3.0, 4.0]]), np.array([10.0, 5.0])
    assert aesthetic_scores(embedding, head, 1.0, normalised=True) == pytest.approx([11])
    assert aesthetic_scores(embedding, head, 1.0, normalised=False) == pytest.approx([51])


def test_consistency() -> None:
    # frames at 0, 60 and 180 degrees: to the one before cos 60 = ½ and cos 120 = -½, so 0;
    # to the first ½ and -1, so 0: (½ + ½)/2 + (0 + 0)/2 = ½ over 2 frames
    angles = np.radians([0, 60, 180])
    total, count = consistency(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert (total, count) == (pytest.approx(0.5), 2)
    assert consistency(np.ones((1, 3))) == (0.0, 0)  # one frame is compared with nothing


def test_motion_smoothness() -> None:
    # differences of 10 everywhere and of 40 in half: means 10 and 20, d = 15, (255 - 15)/255
    black = np.zeros((2, 2, 3), np.uint8)
    half = black.copy()
    half[0] = 40
    pairs = [(black, black + np.uint8(10)), (black, half)]
    assert motion_smoothness(pairs) == pytest.approx(240 / 255)
    assert motion_smoothness([]) is None


def test_dynamic_degree() -> None:
    # 100 pixels, 5 of which move (3, 4): the fastest 5 % move 5 on average
    flow = np.zeros((10, 10, 2))
    flow[0, :5] = (3, 4)
    assert fastest_motion(flow) == pytest.approx(5)
    # 8 frames ask for round(4 · 8/16) = 2 of 7 pairs above 6 · 512/256 = 12 pixels
    assert not moves([12.0, 12.1, 0, 0, 0, 0, 0], 512)
    assert moves([12.0, 12.1, 12.1, 0, 0, 0, 0], 512)
    # 2 frames ask for round(0.5) = 0 pairs: always; 1 frame has no pair: never
    assert moves([0.0], 512) and not moves([], 512)
    assert [sampling_interval(fps) for fps in (5, 12, 24, 25)] == [1, 2, 3, 3]


def test_mel_cepstral_distortion() -> None:
    # one frame, coefficients apart by (3, 4): 10/ln 10 · √2 · 5 = 30.709 dB
    one, other = np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])
    expected = 10 / math.log(10) * math.sqrt(2) * 5
    assert mel_cepstral_distortion_db(one, other) == pytest.approx(expected)
    assert mel_cepstral_distortion_db(one, other, aligned=False) == pytest.approx(30.70925731)
    # the same sound, slower: every frame finds itself
    slow = np.repeat(np.arange(12.0).reshape(4, 3), 2, axis=0)
    assert mel_cepstral_distortion_db(slow[::2], slow) == 0
    # 0 1 against 0 0 1: (0,0) (0,1) (1,2) at no cost
    costs = np.array([[0.0, 0, 1], [1, 1, 0]])
    assert warping_path(costs) == [(0, 0), (0, 1), (1, 2)]


def test_confusion() -> None:
    shots = [
        ({"Anna", "Ben"}, {"Anna", "Cy"}),  # Ben missed, Cy seen: Ben may be Cy
        ({"Ben"}, set()),  # missed
        (set(), {"Cy"}),  # nobody there
        ({"Anna"}, {"Anna"}),
    ]
    assert confusion(shots) == {
        ("Anna", "Anna"): 2,
        ("Ben", "Cy"): 1,
        ("Ben", NOBODY): 1,
        (NOBODY, "Cy"): 1,
    }


def test_intervals() -> None:
    def ratio(sums: np.ndarray) -> np.ndarray:
        return sums[:, 0] / sums[:, 1]

    # every shot alike: no width; one shot: no interval; nothing counted: no interval
    assert interval(np.tile([1.0, 2.0], (9, 1)), ratio, seed=0) == (0.5, 0.5)
    assert interval(np.array([[1.0, 2.0]]), ratio, seed=0) is None
    assert interval(np.zeros((5, 2)), ratio, seed=0) is None
    # hits of 400 shots, half of them: binomial, ½ ± 1.96 √(¼/400) = ½ ± 0.049
    hits = np.stack([np.arange(400) % 2, np.ones(400)], axis=1).astype(float)
    low, high = interval(hits, ratio, seed=3) or (0, 0)
    assert low == pytest.approx(0.451, abs=0.006) and high == pytest.approx(0.549, abs=0.006)
    assert interval(hits, ratio, seed=3) == (low, high)
    # a run against itself differs by nothing in every draw
    assert interval(hits, ratio, seed=3, other=hits) == (0.0, 0.0)
    assert (resampled_weights(7, 0).sum(axis=1) == 7).all()


def test_jackknife() -> None:
    # of a mean of 1, 2, 3, 4 (2.5), a number left out: 3, 8/3, 7/3, 2; about their mean 2.5 the
    # squares sum to 5/9, and ¾ of that is s²/n = (5/3)/4; t of 3 degrees is 3.1824
    half = 3.1824 * math.sqrt(5 / 12)
    low, high = jackknife_interval(2.5, [3, 8 / 3, 7 / 3, 2]) or (0, 0)
    assert low == pytest.approx(2.5 - half, rel=1e-4) and high == pytest.approx(2.5 + half, 1e-4)
    assert jackknife_interval(7.0, [7.0, 7.0]) == (7.0, 7.0)
    assert jackknife_interval(7.0, [7.0]) is None
