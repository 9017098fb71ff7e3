"""Programs in other environments, by real ones that speak the protocol or have a model's command.

The stand-ins run in this environment's Python; all that is ours runs as it does with a model.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.audio.checkout import WORKERS, Checkout
from script2movie.audio.checkout_lips import (
    EdTalk,
    Hallo2,
    LatentSync,
    MuseTalk,
    RepositoryOptions,
    Wav2Lip,
)
from script2movie.audio.checkout_speech import (
    CheckoutSpeaker,
    CommandOptions,
    Qwen3Tts,
    WorkerOptions,
    Xtts,
)
from script2movie.audio.faceruns import LOWER, face_runs, model_frames, nearest_model_frame
from script2movie.errors import BackendUnavailable, ShotFailed
from script2movie.movie import Character, Line
from script2movie.stages import (
    SPEECH_RATE,
    FaceTrack,
    Frame,
    Reference,
    Speech,
    TimedSpeech,
    Utterance,
    Voice,
)

STANDINS = Path(__file__).parent / "standins"
SPEAK = f"{sys.executable} {STANDINS / 'speak.py'} {WORKERS}"
FPS = 24


@pytest.fixture
def speaker() -> Iterator[CheckoutSpeaker]:
    one = CheckoutSpeaker(CommandOptions(command=SPEAK))
    yield one
    one.close()


@pytest.fixture(scope="module")
def voice() -> Voice:
    clock = np.arange(3 * SPEECH_RATE) / SPEECH_RATE
    hum = (0.3 * np.sin(2 * np.pi * 150 * clock)).astype(np.float32)
    return Voice("Ann", reference=Reference(hum, "We waited at the harbour."))


def test_a_line_is_spoken_in_another_environment(speaker: CheckoutSpeaker, voice: Voice) -> None:
    for text in ("Put the lamp down.", "It costs $5 and more."):
        speech = speaker.speak(Line("Ann", text), voice, seed=1)
        words = 6 if "$" in text else 4  # 'It costs five dollars and more'
        assert speech.duration == pytest.approx(0.25 * words, abs=0.12)
        assert speech.words[0].text == text.split()[0]
    long = speaker.speak(Line("Ann", "The boats came home, one by one. " * 60), voice, seed=1)
    assert len(long.words) == 60 * 7 and long.duration > 100
    assert "stand-in 1.0" in speaker.fingerprint


def test_what_fails_is_told_in_its_own_words(speaker: CheckoutSpeaker, voice: Voice) -> None:
    for text, told in (
        ("refuse", "Ann: stand-in: it cannot say that"),
        ("crash", "Ann: stand-in: ValueError: a bug of the model's"),
    ):
        with pytest.raises(ShotFailed, match=told):
            speaker.speak(Line("Ann", text), voice, seed=1)
    speaker.speak(Line("Ann", "It goes on."), voice, seed=1)
    with pytest.raises(BackendUnavailable, match=r"has ended \(3\): CUDA error: out of memory"):
        speaker.speak(Line("Ann", "die"), voice, seed=1)


def test_who_cannot_run_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(BackendUnavailable, match="it wants a GPU"):
        CheckoutSpeaker(CommandOptions(command=f"{SPEAK} 'it wants a GPU'"))
    with pytest.raises(BackendUnavailable, match="cannot start /nowhere/python"):
        CheckoutSpeaker(CommandOptions(command="/nowhere/python x.py"))
    with pytest.raises(BackendUnavailable, match=r"speaker\.command="):
        CheckoutSpeaker()
    with pytest.raises(BackendUnavailable, match=r"speaker\.python="):
        Xtts()
    with pytest.raises(BackendUnavailable, match=r"xtts: .* has no coqui-tts"):
        Xtts(WorkerOptions(python=Path(sys.executable)))
    with pytest.raises(BackendUnavailable, match=r"qwen3-tts: .* has no qwen-tts: .*pip install"):
        Qwen3Tts(WorkerOptions(python=Path(sys.executable)))
    chatty = tmp_path / "chatty.py"
    chatty.write_text("print('Loading checkpoint shards')")
    with pytest.raises(BackendUnavailable, match="prints 'Loading checkpoint shards' where"):
        Checkout([sys.executable, str(chatty)], "speak")
    with pytest.raises(BackendUnavailable, match="'sync' by protocol 1 is wanted"):
        Checkout([*SPEAK.split()], "sync")


def test_a_person_without_a_sample_is_named(speaker: CheckoutSpeaker) -> None:
    told = speaker.refusal(Character("Ann", ()))
    assert told.startswith("Ann has no voice sample and checkout clones voices")


# --- lips -------------------------------------------------------------------------------------

REPOSITORIES = {
    "latentsync": (LatentSync, "scripts/inference.py", ("checkpoints",)),
    "musetalk": (MuseTalk, "scripts/inference.py", ("models",)),
    "wav2lip": (Wav2Lip, "inference.py", ("checkpoints",)),
    "hallo2": (Hallo2, "scripts/inference_long.py", ("pretrained_models", "configs/inference")),
    "edtalk": (EdTalk, "demo_lip_pose.py", ("ckpts",)),
}


@pytest.fixture
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "the checkout"
    _, script, folders = REPOSITORIES[request.param]
    for name in folders:
        (folder / name).mkdir(parents=True)
    (folder / script).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(STANDINS / "repository.py", folder / script)
    (folder / "name.txt").write_text(request.param)
    if request.param == "hallo2":
        (folder / "configs/inference/long.yaml").write_text("seed: 42\nsave_path: ./output/\n")
    return folder


def head(x: float, y: float) -> NDArray[np.float32]:
    """A mesh like a face of 60 by 80 pixels."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (468, 2)) * [30, 40]
    jaw = np.linspace(np.pi, 0, 21)
    points[list(LOWER[:21])] = np.stack([30 * np.cos(jaw), 45 * np.sin(jaw) - 5], axis=1)
    points[list(LOWER[21:])] = [(10, -10), (0, -10), (-10, -10)]
    return (points + np.array([x, y])).astype(np.float32)


def shot(seen: int, count: int = 36) -> list[Frame]:
    """Two still heads; Ann's is seen on the first `seen` frames."""
    nv12 = np.full((180 * 3 // 2, 320), 128, np.uint8)
    nv12[:180] = 90
    faces = (FaceTrack("Bob", head(240, 90)), FaceTrack("Ann", head(80, 90)))
    return [Frame(nv12.copy(), faces[: 1 + (number < seen)]) for number in range(count)]


def said(start: float, seconds: float, *, off_screen: bool = False) -> TimedSpeech:
    samples = np.full(round(seconds * SPEECH_RATE), 0.2, np.float32)
    line = Line("Ann", "x", off_screen=off_screen)
    return TimedSpeech((Utterance(line, Speech(samples, (), ()), start),), 1.5)


@pytest.mark.parametrize("repository", REPOSITORIES, indirect=True)
def test_only_the_speakers_lower_face_is_replaced_while_they_speak(repository: Path) -> None:
    name = (repository / "name.txt").read_text()
    kind = REPOSITORIES[name][0]
    syncer = kind(RepositoryOptions(checkout=repository, python=Path(sys.executable)))
    before = shot(36)
    after = list(syncer.sync(iter(shot(36)), said(0.5, 0.5), (), (), fps=FPS, seed=3))
    syncer.close()
    assert len(after) == 36
    change = np.array(
        [
            new.nv12[:180].astype(int) - old.nv12[:180]
            for new, old in zip(after, before, strict=True)
        ]
    )
    assert not change[:, :, 160:].any()  # Bob's half of the picture
    if name != "hallo2":  # which brings a whole head
        assert not change[:, :70].any()  # above the mouth
    bright = change[:, 95:125, 65:95].mean((1, 2))  # Ann's mouth
    loud = np.flatnonzero(bright > 20)
    assert abs(loud[0] - 12) <= 1 and abs(loud[-1] - 23) <= 1  # 0.5 to 1.0 s at 24 frames
    assert set(np.flatnonzero(bright > 3)) <= set(range(8, 28))
    asked = json.loads((repository / "asked.json").read_text())
    assert all("the checkout" not in str(value) for value in asked.values())
    assert kind.name in syncer.fingerprint


@pytest.mark.parametrize("repository", ["latentsync"], indirect=True)
def test_a_face_that_leaves_and_a_line_from_off_screen(repository: Path) -> None:
    syncer = LatentSync(RepositoryOptions(checkout=repository, python=Path(sys.executable)))
    after = list(syncer.sync(iter(shot(16)), said(0.5, 0.5), (), (), fps=FPS, seed=3))
    changed = [bool((new.nv12 != old.nv12).any()) for new, old in zip(after, shot(16), strict=True)]
    assert any(changed[12:16]) and not any(changed[16:])
    for speech in (said(0.5, 0.5, off_screen=True), TimedSpeech((), 1.5)):
        for new, old in zip(
            syncer.sync(iter(shot(36)), speech, (), (), fps=FPS, seed=3), shot(36), strict=True
        ):
            assert np.array_equal(new.nv12, old.nv12)
    nobody = [Frame(frame.nv12.copy()) for frame in shot(0, 8)]
    assert len(list(syncer.sync(iter(nobody), said(0.1, 0.2), (), (), fps=FPS, seed=3))) == 8

    (repository / "fail.txt").write_text("RuntimeError: Face not detected")
    with pytest.raises(ShotFailed, match="Ann: latentsync: no face was found on a frame"):
        list(syncer.sync(iter(shot(36)), said(0.5, 0.5), (), (), fps=FPS, seed=3))
    syncer.close()
    shutil.rmtree(repository / "checkpoints")
    with pytest.raises(BackendUnavailable, match=r"latentsync: .* holds no checkpoints"):
        LatentSync(RepositoryOptions(checkout=repository, python=Path(sys.executable)))


@pytest.mark.parametrize("fps", [8, 12, 24, 25, 30, 60])
def test_frames_go_to_a_model_and_back_without_drift(fps: int) -> None:
    count = 120 * fps + 1
    shown = model_frames(count, fps)
    assert abs(len(shown) / 25 - count / fps) <= 1 / 25
    for number in [*range(40), *range(count // 2, count // 2 + 40), *range(count - 40, count)]:
        near = shown[max(0, round(number / fps * 25) - 40) :]
        offset = len(shown) - len(near)
        at = nearest_model_frame(number, near, fps) if offset == 0 else None
        if at is None:  # the same search, near where it is: all of two minutes takes too long
            window = shown[offset : offset + 80]
            at = offset + min(
                range(len(window)),
                key=lambda j: (
                    window[j] != number,
                    abs((offset + j + 0.5) / 25 - (number + 0.5) / fps),
                ),
            )
        assert abs((at + 0.5) / 25 - (number + 0.5) / fps) <= 1 / 25 + 0.5 / fps
        assert shown[at] == number or fps > 25


def test_a_stretch_bridges_a_gap_and_keeps_a_steady_square() -> None:
    meshes = {n: head(80 + n, 90) for n in range(40) if n not in (10, 11, 25, 26, 27, 28, 29)}
    runs = face_runs(meshes, 0, 40, width=320, height=180)
    assert [(run.first, len(run.corners)) for run in runs] == [(0, 25), (30, 10)]
    assert all(run.side % 2 == 0 and not (run.corners % 2).any() for run in runs)
    steps = np.diff(runs[0].corners[:, 0])
    assert steps.min() >= 0 and steps.max() <= 2
