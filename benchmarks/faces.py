"""Identity scoring on real pictures: a bank with several photos a person as gallery and frames.

    python benchmarks/faces.py ../shared/data/moviebench

The seven people of Juno's bank: best.jpg is the gallery, every other photo a frame with that one
person in it. Half of the people choose the threshold (all seven are in the gallery), the other
half report. The people of the other two banks are strangers, in frames where nobody known is:
those of one bank help to choose, those of the other are reported.
Then: small faces, mirrored, dark, two people side by side, and nobody (blurred noise).
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.moviebench.dataset import open_dataset
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import SAME_PERSON, FaceRecogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import certain_faces, portrait_face, read_portrait
from script2movie.perception.sightings import SMALLEST_FACE
from script2movie.report.scoring import IdentityCounts, count_identities

Picture = NDArray[np.uint8]
Frame = tuple[frozenset[str], Sequence[NDArray[np.float32]]]
"""Who is there, and the embeddings (128,) of the faces found."""


class Eye:
    def __init__(self) -> None:
        self.detector, self.mesh, self.recogniser = FaceDetector(), FaceMesh(), FaceRecogniser()

    def portrait(self, path: Path) -> NDArray[np.float32]:
        rgb = read_portrait(path).rgb
        return self.recogniser.embed(rgb, portrait_face(rgb, self.detector, self.mesh))

    def frame(self, rgb: Picture) -> list[NDArray[np.float32]]:
        smallest = rgb.shape[0] * SMALLEST_FACE
        faces = certain_faces(rgb, self.detector, self.mesh, min_face=smallest)
        return [self.recogniser.embed(rgb, face) for face in faces]


def seen(
    faces: Sequence[NDArray[np.float32]],
    gallery: Mapping[str, NDArray[np.float32]],
    threshold: float,
) -> frozenset[str]:
    found = set()
    for face in faces:
        distances = {name: float(np.linalg.norm(face - one)) for name, one in gallery.items()}
        name = min(distances, key=distances.__getitem__)
        if distances[name] < threshold:
            found.add(name)
    return frozenset(found)


def counts(
    frames: Sequence[Frame], gallery: Mapping[str, NDArray[np.float32]], threshold: float
) -> IdentityCounts:
    shots = (count_identities(there, seen(faces, gallery, threshold)) for there, faces in frames)
    return sum(shots, IdentityCounts())


def wilson(part: int, whole: int) -> str:
    """A share and its 95 % interval (Wilson 1927)."""
    if not whole:
        return "no data"
    share, z = part / whole, 1.96
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * (share * (1 - share) / whole + z * z / (4 * whole**2)) ** 0.5
    return f"{share:.3f} ({max(0, middle - half):.3f} to {min(1, middle + half):.3f})"


def told(name: str, total: IdentityCounts) -> None:
    right, extra, missed = total.true_positives, total.false_positives, total.false_negatives
    print(
        f"{name} | precision {wilson(right, right + extra)} | "
        f"recall {wilson(right, right + missed)} | TP {right} FP {extra} FN {missed}",
        flush=True,
    )


def on_screen(photo: Picture, height: float, *, width: int = 1280, tall: int = 720) -> Picture:
    """A photo so many pixels high in the middle of a grey frame."""
    frame = np.full((tall, width, 3), 110, np.uint8)
    size = (round(photo.shape[1] * height / photo.shape[0]), round(height))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    small = small[:, :width]
    y, x = (tall - small.shape[0]) // 2, (width - small.shape[1]) // 2
    frame[y : y + small.shape[0], x : x + small.shape[1]] = small
    return frame


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path)
    options = parser.parse_args()
    eye, dataset = Eye(), open_dataset(options.bench)
    people = [one for one in dataset.film("1004_Juno").bank if len(one.photos) > 1]
    gallery = {one.name: eye.portrait(one.photos[0]) for one in people}
    photos = {one.name: [read_portrait(path).rgb for path in one.photos[1:]] for one in people}
    frames = {
        name: [(frozenset({name}), eye.frame(rgb)) for rgb in mine] for name, mine in photos.items()
    }
    names = sorted(gallery)
    others = [film for film in dataset.films if film != "1004_Juno"]
    strangers: dict[str, list[Frame]] = {
        film: [
            (frozenset(), eye.frame(read_portrait(path).rgb))
            for one in dataset.film(film).scoring_bank
            for path in one.photos
        ]
        for film in others
    }
    # 1. The threshold by one half, reported on the other, and the other way round
    for half, known, unknown in (
        (names[::2], others[0], others[1]),
        (names[1::2], others[1], others[0]),
    ):
        rest = [name for name in names if name not in half]
        tuning = [frame for name in half for frame in frames[name]] + strangers[known]
        held_out = [frame for name in rest for frame in frames[name]]
        grid = np.arange(0.40, 0.76, 0.01)
        scores = [counts(tuning, gallery, at).f1 or 0.0 for at in grid]
        best = [at for at, score in zip(grid, scores, strict=True) if score == max(scores)]
        chosen = float(np.median(best))
        print(
            f"chosen on {len(half)} people, {len(tuning)} frames with {known}: {chosen:.2f} ",
            end="",
        )
        print(f"(F1 {max(scores):.3f} from {best[0]:.2f} to {best[-1]:.2f})")
        for threshold in (chosen, SAME_PERSON):
            told(
                f"held out, {len(rest)} people, {len(held_out)} photos, below {threshold:.2f}",
                counts(held_out, gallery, threshold),
            )
            found, num = counts(strangers[unknown], gallery, threshold), len(strangers[unknown])
            print(
                f"strangers of {unknown} taken for one of {len(names)}: {found.false_positives} "
                f"of {num}, share {wilson(found.false_positives, num)}"
            )
    # 2. All seven at the threshold in use, and made harder
    every = [(name, rgb) for name in names for rgb in photos[name]]
    hard: dict[str, Callable[[Picture], Picture]] = {
        "all photos": lambda rgb: rgb,
        "mirrored": lambda rgb: np.ascontiguousarray(rgb[:, ::-1]),
        "at a third of the light": lambda rgb: (rgb * 0.33).astype(np.uint8),
        "photo 360 px high in 1280x720": lambda rgb: on_screen(rgb, 360),
        "photo 180 px high in 1280x720": lambda rgb: on_screen(rgb, 180),
    }
    for title, change in hard.items():
        shots = [(frozenset({name}), eye.frame(change(rgb))) for name, rgb in every]
        told(title, counts(shots, gallery, SAME_PERSON))
    pairs: list[Frame] = []
    for number, (name, rgb) in enumerate(every):
        other, second = every[(number + 11) % len(every)]
        if other != name:
            both = [on_screen(one, 600, width=640) for one in (rgb, second)]
            pairs.append((frozenset({name, other}), eye.frame(np.hstack(both))))
    told(f"two people side by side, {len(pairs)} frames", counts(pairs, gallery, SAME_PERSON))
    noise = np.random.default_rng(0).integers(0, 256, (12, 360, 640, 3), dtype=np.uint8)
    blurred = [cv2.GaussianBlur(one, (0, 0), 6) for one in noise]
    empty: list[Frame] = [(frozenset(), eye.frame(np.asarray(one, np.uint8))) for one in blurred]
    found = counts(empty, gallery, SAME_PERSON)
    print(f"nobody there: {found.false_positives} seen in {len(empty)} frames")


if __name__ == "__main__":
    main()
