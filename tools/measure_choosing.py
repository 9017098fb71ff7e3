"""Measures how far a recogniser flatters the takes that it chose, for docs/quality.md.

    python tools/measure_choosing.py ../shared/data/moviebench

A take is a photo of the planned person and one of somebody else, laid eyes on eyes and mixed at
random: nobody's face for sure. The first recogniser (dlib's) chooses as `--takes` does; both count
what was chosen. Prints takes allowed, F1 by the chooser, F1 by the second recogniser, shots.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser, Gallery, Recogniser
from script2movie.perception.portraits import read_portrait
from script2movie.perception.second_recogniser import SecondRecogniser
from script2movie.report.scoring import IdentityCounts, count_identities

NUM_SHOTS, MOST = 100, 8
SIDE, EYES = 256, 70  # pixels of a take, and between its eyes


def main(bench: Path) -> None:
    detector, rng = FaceDetector(), np.random.default_rng(0)
    recognisers: list[Recogniser] = [FaceRecogniser(), SecondRecogniser()]
    photos: dict[str, list[np.ndarray]] = {}
    portraits: list[dict[str, list[np.ndarray]]] = [{}, {}]
    for folder in sorted((bench / "Character_Bank/1004_Juno").iterdir()):
        for path in sorted(folder.glob("*.jpg")):
            rgb = read_portrait(path).rgb
            face = detector.detect(rgb)[0]
            if path.name == "best.jpg":
                for mine, one in zip(portraits, recognisers, strict=True):
                    mine[folder.name] = [one.embed(rgb, face)]
            else:
                photos.setdefault(folder.name, []).append(level(rgb, face.keypoints))
    galleries = [
        Gallery(faces, one.same_person) for faces, one in zip(portraits, recognisers, strict=True)
    ]
    shots = []
    for _ in range(NUM_SHOTS):
        planned, other = rng.choice(sorted(photos), 2, replace=False)
        takes: list[tuple[list[str | None], float]] = []
        while len(takes) < MOST:
            share = rng.random()
            first, second = (
                photos[who][rng.integers(len(photos[who]))] for who in (planned, other)
            )
            mixed = np.round(share * first + (1 - share) * second).astype(np.uint8)
            faces = detector.detect(mixed)
            if faces:
                found = [one.embed(mixed, faces[0]) for one in recognisers]
                names = [g.identify(e) for g, e in zip(galleries, found, strict=True)]
                near = float(np.linalg.norm(portraits[0][planned][0] - found[0]))
                takes.append((names, near))
        shots.append((planned, takes))
    for allowed in (1, 2, 4, MOST):
        counts = [IdentityCounts(), IdentityCounts()]
        for planned, takes in shots:
            faults = [(names[0] != planned, near) for names, near in takes[:allowed]]
            right = [number for number, (fault, _) in enumerate(faults) if not fault]
            kept = right[0] if right else min(range(len(faults)), key=lambda n: faults[n])
            for which in (0, 1):
                seen = set(filter(None, [takes[kept][0][which]]))
                counts[which] += count_identities({planned}, seen)
        told = " | ".join(f"{one.f1:.2f}" for one in counts)
        print(f"{allowed} | {told} | {NUM_SHOTS}", flush=True)


def level(rgb: np.ndarray, keypoints: tuple[tuple[float, float], ...]) -> np.ndarray:
    """The photo turned, scaled and moved so that the eyes lie where all takes have them."""
    right, left = np.array(keypoints[0]), np.array(keypoints[1])
    middle, between = (right + left) / 2, left - right
    angle = float(np.degrees(np.arctan2(between[1], between[0])))
    turned = cv2.getRotationMatrix2D(tuple(middle), angle, EYES / float(np.hypot(*between)))
    turned[:, 2] += np.array([SIDE / 2, SIDE * 0.45]) - middle
    return cv2.warpAffine(rgb, turned, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
