"""Published encoders on tiny random weights, through the same door as the real ones."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import tiny
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from script2movie import weights
from script2movie.backends import open_backend
from script2movie.errors import WeightsError
from script2movie.perception.published.cepstra import mel_cepstra, warped_cepstra
from script2movie.perception.published.clip import ClipEncoder, read_aesthetic_head
from script2movie.perception.published.dino import DinoEncoder
from script2movie.perception.published.i3d import I3dEncoder
from script2movie.perception.published.inception import InceptionEncoder
from script2movie.perception.published.wavlm import WavlmRecogniser, is_large
from script2movie.perception.published.whisper import WhisperTranscriber
from script2movie.weights.published import find, published

NOISE = np.random.default_rng(0).standard_normal(16_000).astype(np.float32) / 10  # at 16 kHz
REFERENCE = Path(__file__).parent / "reference"
Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (40, 60, 3), dtype=np.uint8) for _ in range(3)]


def test_clip_as_transformers_computes_it(tmp_path: Path, pictures: list[Picture]) -> None:
    import torch
    from transformers import CLIPModel

    encoder = ClipEncoder(tiny.clip(tmp_path / "clip"))
    seen, read = encoder.pictures(pictures), encoder.text("a boat")
    assert seen.shape == (3, 24) and read.shape == (24,)
    model = CLIPModel.from_pretrained(tmp_path / "clip").eval()
    from script2movie.perception.published.clip import DEVIATION, MEAN
    from script2movie.perception.published.pixels import cropped, normalised

    pixels = torch.tensor(normalised([cropped(one, 32) for one in pictures], MEAN, DEVIATION))
    with torch.inference_mode():
        tokens = encoder._tokenizer("a boat", return_tensors="pt")
        both = model(pixel_values=pixels, **tokens)
    scale = model.logit_scale.exp().item()
    unit = [part / np.linalg.norm(part, axis=-1, keepdims=True) for part in (seen, read)]
    np.testing.assert_allclose(
        scale * unit[0] @ unit[1], both.logits_per_image[:, 0].numpy(), rtol=1e-4, atol=1e-4
    )


def test_a_second_rescale_makes_pictures_near_black(
    tmp_path: Path, pictures: list[Picture]
) -> None:
    from script2movie.perception.published.pixels import normalised

    black = normalised([np.zeros_like(pictures[0])], (0.5,) * 3, (0.25,) * 3)
    twice = normalised(pictures[:1], (0.5,) * 3, (0.25,) * 3, num_rescales=2)
    assert abs(twice - black).max() <= 1 / 255 / 0.25 + 1e-6
    encoder = ClipEncoder(tiny.clip(tmp_path / "clip"))
    dark = encoder.pictures(pictures, num_rescales=2)
    assert np.abs(dark - dark[0]).max() < np.abs(encoder.pictures(pictures) - dark).max()


def test_the_aesthetic_head_is_read_as_torch_saved_it(tmp_path: Path) -> None:
    weight, bias = read_aesthetic_head(tiny.linear_head(tmp_path / "head.pth", 24))
    assert weight.shape == (24,) and isinstance(bias, float)


def test_inception_has_three_layers(tmp_path: Path, pictures: list[Picture]) -> None:
    encoder = InceptionEncoder(tiny.inception(tmp_path / "inception.pth"))
    frames = np.stack(pictures[:1])
    for layer, width in (("192", 192), ("2048", 2048), ("classes", 1008)):
        features = encoder.frames(frames, layer)
        assert features.shape == (1, width) and np.isfinite(features).all()


def test_inception_resizes_as_tensorflow_1() -> None:
    """Output i reads input i * in / out: of two pixels doubled, 0, ½, 1, and the edge again."""
    import torch

    from script2movie.perception.published import inception

    row = torch.tensor([0.0, 1.0]).reshape(1, 1, 1, 2).expand(1, 1, 2, 2)
    wide = inception._resized(row)[0, 0, 0]
    at = np.minimum(np.arange(299) * 2 / 299, 1)
    np.testing.assert_allclose(wide.numpy(), at, atol=1e-6)


def test_i3d_takes_ten_frames_and_more(tmp_path: Path) -> None:
    encoder = I3dEncoder(tiny.i3d(tmp_path / "i3d.pt"))
    clip = np.random.default_rng(1).integers(0, 256, (12, 36, 64, 3), dtype=np.uint8)
    features = encoder.clip(clip)
    assert features.shape == (400,)
    assert np.abs(features - encoder.clip(clip[:, :, ::-1])).max() > 0


def test_dino_keeps_the_picture_whole(tmp_path: Path, pictures: list[Picture]) -> None:
    encoder = DinoEncoder(tiny.dino(tmp_path / "dino"))
    features = encoder.pictures(pictures)
    assert features.shape == (3, 32)
    np.testing.assert_allclose(encoder.pictures(pictures[1:2])[0], features[1], atol=1e-5)


def test_whisper_writes_the_same_words_again(
    tmp_path: Path, speech: tuple[NDArray[np.float32], int]
) -> None:
    transcriber = WhisperTranscriber(tiny.whisper(tmp_path / "whisper"))
    samples, rate = speech
    words = transcriber.text(samples[: 2 * rate], rate)
    assert words == transcriber.text(samples[: 2 * rate], rate)
    assert "<|" not in words


@pytest.mark.parametrize("seconds", [3, 45])
def test_whispers_words_have_their_times(
    seconds: int, tmp_path: Path, speech: tuple[NDArray[np.float32], int]
) -> None:
    """Within one window of 30 s, and from one to the next."""
    folder = tiny.whisper(tmp_path / "whisper")
    transcriber = cast(
        WhisperTranscriber, open_backend("transcriber", "whisper", {"checkpoint": str(folder)})
    )
    samples, rate = speech
    sound = np.tile(samples, seconds * rate // len(samples) + 1)[: seconds * rate]
    words = transcriber.words(sound, rate)
    assert words and words == transcriber.words(sound, rate)
    assert all("<|" not in one.text and 0 <= one.start <= one.end <= seconds for one in words)
    starts = [one.start for one in words]
    assert starts == sorted(starts) and (seconds < 30 or starts[-1] > 30)
    assert all(one.end <= after for one, after in zip(words, starts[1:], strict=False))
    assert transcriber.fingerprint.startswith("Whisper whisper ")
    transcriber.close()


def test_wavlm_embeds_a_voice(tmp_path: Path, speech: tuple[NDArray[np.float32], int]) -> None:
    recogniser = WavlmRecogniser(tiny.wavlm(tmp_path / "wavlm"))
    samples, rate = speech
    voice = recogniser.embed(samples, rate)
    assert voice.shape == (24,) and np.linalg.norm(voice) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(recogniser.embed(samples * 0.5, rate), voice, atol=1e-3)
    assert not is_large(tmp_path / "wavlm")
    with pytest.raises(ValueError, match="no sound"):
        recogniser.embed(np.zeros(rate, np.float32), rate)


def test_mel_cepstra_as_sptk_computes_them() -> None:
    """Envelopes of ten frames of speech, and what pysptk 1.0.1 made of them as pymcd calls it."""
    told = np.load(REFERENCE / "mel_cepstra.npz")
    np.testing.assert_allclose(warped_cepstra(told["envelope"]), told["cepstra"], rtol=1e-4)


def test_mel_cepstra_have_a_frame_every_five_milliseconds(
    speech: tuple[NDArray[np.float32], int],
) -> None:
    samples, rate = speech
    cepstra = mel_cepstra(samples, rate)
    assert cepstra.shape[1] == 14
    assert len(cepstra) == pytest.approx(len(samples) / rate / 0.005, abs=2)


@pytest.mark.parametrize(
    ("name", "opened"),
    [
        ("clip-vit-b16", lambda path: ClipEncoder(path).text("a")),
        ("dino-vit-b16", lambda path: DinoEncoder(path).pictures([np.zeros((9, 9, 3), np.uint8)])),
        ("i3d", lambda path: I3dEncoder(path).clip(np.zeros((10, 9, 9, 3), np.uint8))),
        ("laion-aesthetic", read_aesthetic_head),
        (
            "inception",
            lambda path: InceptionEncoder(path).frames(np.zeros((1, 9, 9, 3), np.uint8), "192"),
        ),
        ("whisper-large-v3", lambda path: WhisperTranscriber(path).text(np.ones(9, "f4"), 16_000)),
        ("wavlm-sv", lambda path: WavlmRecogniser(path).embed(np.ones(9, "f4"), 16_000)),
    ],
)
def test_what_is_missing_or_damaged_says_what_to_type(
    name: str, opened: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPT2MOVIE_WEIGHTS", str(tmp_path))
    assert weights.folder() == tmp_path
    one = published()[name]
    with pytest.raises(WeightsError) as told:
        find(name, {})
    wanted = f"hf download {one.hub}" if one.hub else f"curl -L --create-dirs -o '{one.place}'"
    assert wanted in str(told.value) and one.purpose in str(told.value)
    with pytest.raises(WeightsError, match="no such file or folder"):
        find(name, {name: tmp_path / "nowhere"})
    damaged = one.place if one.file else one.place / "config.json"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"no weights")
    assert find(name, {}) == one.place
    with pytest.raises(WeightsError, match="download it again"):
        opened(find(name, {}))


@pytest.mark.parametrize(
    ("build", "used"),
    [
        (tiny.clip, lambda folder: ClipEncoder(folder).text("a street")),
        (tiny.dino, lambda folder: DinoEncoder(folder).pictures([np.zeros((32, 32, 3), np.uint8)])),
        (tiny.wavlm, lambda folder: WavlmRecogniser(folder).embed(NOISE, 16_000)),
        (tiny.whisper, lambda folder: WhisperTranscriber(folder).text(NOISE, 16_000)),
    ],
)
def test_a_network_that_lacks_a_tensor_is_no_encoder(
    build: Callable[[Path], Path], used: Callable[[Path], object], tmp_path: Path
) -> None:
    folder = build(tmp_path / "folder")
    used(folder)
    path = folder / "model.safetensors"
    held = load_file(path)
    lost = sorted(held)[len(held) // 2]
    save_file({name: held[name] for name in held if name != lost}, path)
    with pytest.raises(WeightsError, match=rf"lacks '.*{lost.split('.')[-1]}': download it again"):
        used(folder)
    save_file(held | {lost: held[lost][..., None]}, path)
    with pytest.raises(WeightsError, match="download it again"):
        used(folder)
