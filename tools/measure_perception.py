"""Measures what docs/figures/perception.md says of script2movie.perception.

    python tools/measure_perception.py ../shared/data/moviebench

Prints one line a figure: what, value, n. Needs the embedded weights; seconds are of this machine
as it is loaded now, so cpu seconds on one thread are given beside them.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from hibari.g2p import G2P  # type: ignore[import-untyped]
from numpy.typing import NDArray
from onnxruntime import InferenceSession  # type: ignore[import-untyped]

from script2movie import weights
from script2movie.perception.alignment import Aligner
from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.identity import FaceRecogniser, Recogniser
from script2movie.perception.matte import FineMatte, SelfieMatte
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import read_portrait
from script2movie.perception.second_recogniser import SecondRecogniser
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import WordCounts, count_words

REFERENCE = Path(__file__).parents[1] / "tests/perception/reference"
LINES = (
    "The quick brown fox jumps over the lazy dog near the river bank.",
    "I never thought I would see you again, Juno. Not after what happened in the garden.",
    "Why did you leave the door open? Anyone could have walked in.",
    "My father told me that courage is what remains when hope is gone.",
)
VOICES = ("af_heart", "am_michael", "bm_george", "bf_emma")
VOICE_RATE = 24_000
FRAME = 0.025  # seconds of a Kokoro duration
LEAD = 0.075  # seconds by which its durations run ahead of its sound

Picture = NDArray[np.uint8]
Matrix = NDArray[np.float64]  # (2, 3), affine
Change = Callable[[Picture], tuple[Picture, Matrix]]
Recordings = dict[tuple[str, str], tuple[NDArray[np.float32], list[float]]]
"""By voice and line: samples, and when each word starts."""


def main(bench: Path) -> None:
    pictures: dict[Path, Picture] = {}
    for path in sorted(bench.glob("Char_Bank/*/*.jpg")):
        rgb = read_portrait(path).rgb
        pictures[path] = scaled(rgb, 640 / max(rgb.shape[:2]))
    measure_faces(pictures)
    measure_mesh(pictures, bench)
    for name, recogniser in (("", FaceRecogniser()), ("second recogniser: ", SecondRecogniser())):
        measure_identity(bench, recogniser, name)
    measure_mattes(list(pictures.values())[:5])
    measure_speech()


def say(what: str, value: object, n: object) -> None:
    print(f"{what} | {value} | {n}", flush=True)


def scaled(rgb: Picture, scale: float) -> Picture:
    return np.asarray(
        cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )


def measure_faces(pictures: dict[Path, Picture]) -> None:
    detector = FaceDetector()
    truth = {path: detector.detect(rgb)[0] for path, rgb in pictures.items()}
    rng = np.random.default_rng(0)

    def moved(degrees: float, scale: float) -> Change:
        def change(rgb: Picture) -> tuple[Picture, Matrix]:
            height, width = rgb.shape[:2]
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
            turned = cv2.warpAffine(rgb, matrix, (width, height))
            return np.asarray(turned, np.uint8), np.asarray(matrix)

        return change

    def pasted(scale: float) -> Change:
        def change(rgb: Picture) -> tuple[Picture, Matrix]:
            frame = np.full((1080, 1920, 3), 90, np.uint8)
            small = scaled(rgb, scale)
            frame[300 : 300 + small.shape[0], 700 : 700 + small.shape[1]] = small
            return frame, np.array([[scale, 0, 700], [0, scale, 300]])

        return change

    def darkened(light: float) -> Change:
        def change(rgb: Picture) -> tuple[Picture, Matrix]:
            noisy = rgb * light + rng.normal(0, 2, rgb.shape)
            return np.clip(noisy, 0, 255).astype(np.uint8), np.eye(2, 3)

        return change

    cases: dict[str, tuple[Change, float | None]]
    cases = {f"turned {degrees} degrees": (moved(degrees, 0.7), None) for degrees in (45, 90, 180)}
    cases |= {f"light x {light}": (darkened(light), None) for light in (0.15, 0.08)}
    cases |= {f"x {scale} in 1080p, min_face=24": (pasted(scale), 24) for scale in (0.2, 0.1)}
    for name, (change, min_face) in cases.items():
        found = extra = 0
        for path, rgb in pictures.items():
            after, matrix = change(rgb)
            faces = detector.detect(after, min_face=min_face)
            expected = matrix @ [*centre(truth[path]), 1]
            side = truth[path].side * np.hypot(*matrix[0, :2])
            hits = [
                np.linalg.norm(np.subtract(centre(face), expected)) < 0.4 * side for face in faces
            ]
            found += any(hits)
            extra += len(hits) - any(hits)
        say(f"face found, {name} (others found)", f"{found} ({extra})", len(pictures))
    rgb = next(iter(pictures.values()))
    say("face detection, cpu ms", round(cpu(lambda: detector.detect(rgb), 20) * 1e3, 1), 20)


def centre(face: Face) -> tuple[float, float]:
    x0, y0, x1, y1 = face.box
    return (x0 + x1) / 2, (y0 + y1) / 2


def cpu(call: Callable[[], object], times: int) -> float:
    call()
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def measure_mesh(pictures: dict[Path, Picture], bench: Path) -> None:
    detector, mesh = FaceDetector(), FaceMesh()
    reference = np.load(REFERENCE / "mediapipe_meshes.npz")
    errors = []
    for name in reference.files:
        rgb, expected = pictures[bench / name], reference[name].astype(np.float32) / 32
        ours = mesh.landmarks(rgb, detector.detect(rgb)[0])
        off = np.linalg.norm(ours[:, :2] - expected[:, :2], axis=1).mean()
        errors.append(off / np.ptp(expected[:, 0]) * 256)
    mean = f"{np.mean(errors):.2f}, worst {np.max(errors):.2f}"
    say("mesh to MediaPipe's own, px at a face of 256", mean, len(errors))
    rgb = next(iter(pictures.values()))
    face = detector.detect(rgb)[0]
    say("mesh, cpu ms", round(cpu(lambda: mesh.fit(rgb, face), 20) * 1e3, 1), 20)


def measure_identity(bench: Path, recogniser: Recogniser, name: str) -> None:
    detector, below = FaceDetector(), recogniser.same_person

    def embed(path: Path) -> NDArray[np.float32]:
        rgb = read_portrait(path).rgb
        return recogniser.embed(rgb, detector.detect(rgb)[0])

    people = sorted((bench / "Character_Bank/1004_Juno").iterdir())
    gallery = np.stack([embed(person / "best.jpg") for person in people])
    elsewhere = [p for p in sorted(bench.glob("Char_Bank/*/*.jpg")) if "1004_Juno" not in str(p)]
    strangers = np.stack([embed(path) for path in elsewhere])
    same, other, first, first_of_all = [], [], 0, 0
    for number, person in enumerate(people):
        for photo in sorted(person.glob("*.jpg")):
            if photo.name == "best.jpg":
                continue
            probe = embed(photo)
            near = np.linalg.norm(gallery - probe, axis=1)
            far = np.linalg.norm(strangers - probe, axis=1)
            same.append(near[number])
            other += [*np.delete(near, number), *far]
            first += near.argmin() == number
            first_of_all += near.argmin() == number and near[number] < far.min()
    say(f"{name}rank 1 among {len(people)} people", first, len(same))
    say(f"{name}rank 1 with {len(strangers)} strangers added", first_of_all, len(same))
    say(
        f"{name}true positive rate at {below}",
        round(float(np.mean(np.array(same) < below)), 3),
        len(same),
    )
    false = float(np.mean(np.array(other) < below))
    say(f"{name}false positive rate at {below}", round(false, 4), len(other))
    rgb = read_portrait(people[0] / "best.jpg").rgb
    face = detector.detect(rgb)[0]
    say(f"{name}identity, cpu ms", round(cpu(lambda: recogniser.embed(rgb, face), 5) * 1e3), 5)


def measure_mattes(pictures: list[Picture]) -> None:
    selfie = SelfieMatte()
    say("fast matte, cpu ms", round(cpu(lambda: selfie.matte(pictures[0]), 10) * 1e3, 1), 10)
    for num_threads in (1, 2):
        fine = FineMatte(num_threads)
        fine.matte(pictures[0])
        walls, start = [], time.process_time()
        for rgb in pictures:
            began = time.perf_counter()
            fine.matte(rgb)
            walls.append(time.perf_counter() - began)
        spent = (time.process_time() - start) / len(pictures)
        took = f"{np.median(walls):.1f}, fastest {min(walls):.1f}, cpu {spent:.1f}"
        say(f"fine matte, seconds, {num_threads} threads", took, len(pictures))


def measure_speech() -> None:
    recordings = synthesise()
    transcriber, aligner, recogniser = Transcriber(), Aligner(), SpeakerRecogniser()
    seconds = sum(len(samples) for samples, _ in recordings.values()) / VOICE_RATE
    counts, starts, embeddings = WordCounts(), [], {}
    spent = {"transcript": 0.0, "alignment": 0.0, "speaker": 0.0}
    samples, _ = recordings[VOICES[0], LINES[0]]
    transcriber.text(samples, VOICE_RATE)  # loads the models
    aligner.align(samples, VOICE_RATE, LINES[0])
    for (voice, line), (samples, expected) in recordings.items():
        clock = time.process_time()
        heard = transcriber.text(samples, VOICE_RATE)
        spent["transcript"] += time.process_time() - clock
        counts += count_words(line, heard)
        clock = time.process_time()
        words = aligner.align(samples, VOICE_RATE, line)
        spent["alignment"] += time.process_time() - clock
        pairs = zip(words, expected, strict=True)
        starts += [abs(word.start - time_of) for word, time_of in pairs]
        clock = time.process_time()
        embeddings[voice, line] = recogniser.embed(samples, VOICE_RATE)
        spent["speaker"] += time.process_time() - clock
    say("word error rate of synthetic speech", f"{counts.error_rate:.3f}", len(recordings))
    off = f"{np.median(starts) * 1e3:.0f} / {np.mean(starts) * 1e3:.0f}"
    say("word starts to the voice's own durations, ms, median / mean", off, len(starts))
    alike: dict[bool, list[float]] = {True: [], False: []}
    keys = list(embeddings)
    for index, one in enumerate(keys):
        for other in keys[:index]:
            alike[one[0] == other[0]].append(float(embeddings[one] @ embeddings[other]))
    for same, values in alike.items():
        spread = f"{min(values):.2f} to {max(values):.2f}, mean {np.mean(values):.2f}"
        say(f"speaker similarity, {'one voice' if same else 'two voices'}", spread, len(values))
    for model, cpu_seconds in spent.items():
        say(f"{model}, times real time, cpu", round(seconds / cpu_seconds, 1), len(recordings))


def synthesise() -> Recordings:
    """Each line by each voice."""
    session = InferenceSession(weights.path("kokoro"), providers=["CPUExecutionProvider"])
    letters = json.loads(weights.path("kokoro-vocabulary").read_bytes())["vocab"]
    read_out = G2P()
    recordings: Recordings = {}
    for voice in VOICES:
        file = weights.path("kokoro-voices") / f"{voice}.bin"
        styles = np.fromfile(file, np.float32).reshape(-1, 256)
        for line in LINES:
            said = [letter for letter in read_out(line) if letter in letters]
            tokens = np.array([[0, *(letters[letter] for letter in said), 0]], np.int64)
            style, speed = styles[len(said) - 1][None], np.ones(1, np.float32)
            given = {"tokens": tokens, "style": style, "speed": speed}
            sound, frames = session.run(None, given)
            ends = np.cumsum(frames.ravel()) * FRAME - LEAD
            starts = [ends[i] for i, letter in enumerate(said) if i == 0 or said[i - 1] == " "]
            recordings[voice, line] = sound.ravel(), [float(start) for start in starts]
    return recordings


if __name__ == "__main__":
    main(Path(sys.argv[1]))
