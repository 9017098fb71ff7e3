"""FaceID Plus, tiny: SDXL is told whose face it is and how it looks, each person's two together."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from drawing import SMALL, built, opened, person
from generative import checkpoints
from generative.insightface import insightface
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from script2movie.errors import Script2MovieError
from script2movie.perception.published.insightface import Insightface, straightened
from script2movie.stages import Likeness
from script2movie.storyboard.regions import Region
from script2movie.storyboard.sdxl import Ask, Picture, decoded
from script2movie.storyboard.sdxl_faceid import SdxlFaceIdStoryboarder

FILE = "ip-adapter-faceid-plusv2_sdxl.safetensors"
SIDE = 128
LEFT, RIGHT = (0.0, 0.0, 64.0, 128.0), (64.0, 0.0, 128.0, 128.0)


def board_of(adapter: Path, faces: Path, **options: str) -> SdxlFaceIdStoryboarder:
    typed = {"model": built("sdxl"), "ip_adapter": str(adapter), "insightface": str(faces)}
    typed |= {"ip_adapter_file": FILE, "image_encoder_repository": built("ip_adapter")}
    backend = opened("sdxl-faceid", **SMALL, **(typed | options))
    assert isinstance(backend, SdxlFaceIdStoryboarder)
    return backend


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("faceid-plus")
    adapter = checkpoints.face_id_adapter(folder / "adapter", plus="plusv2")
    return adapter, insightface(folder / "insightface")


@pytest.fixture(scope="module")
def board(room: tuple[Path, Path]) -> SdxlFaceIdStoryboarder:
    return board_of(*room)


def portrait_of(name: str) -> Picture:
    portrait = person(name, len(name)).portrait
    assert portrait is not None
    return portrait


def told(board: SdxlFaceIdStoryboarder, name: str, portrait: Picture | None = None) -> Likeness:
    seen = portrait_of(name) if portrait is None else portrait
    return replace(person(name, 0), portrait=seen, tokens=board.painter.encode(seen))


@pytest.fixture(scope="module")
def cast(board: SdxlFaceIdStoryboarder) -> list[Likeness]:
    return [told(board, "Anna"), told(board, "Ben")]


def paint(board: SdxlFaceIdStoryboarder, cast: list[Likeness], *names: str) -> NDArray[np.int64]:
    boxes = zip(names, (LEFT, RIGHT), strict=False)
    ask = Ask("two people", "text", tuple(Region(n, box, box, seen=True) for n, box in boxes), 5)
    return board.painter.paint([ask], cast, width=SIDE, height=SIDE)[0].astype(int)


def clip(portrait: Picture, faces: Path) -> torch.Tensor:
    """What CLIP's last layer but one makes of nothing and of the straight face: (2, tokens, 32)."""
    from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

    face = straightened(portrait, Insightface(faces).faces(portrait)[0].points, 224)
    read = CLIPImageProcessor(size=28, crop_size=28)
    pixels = read(face, return_tensors="pt").pixel_values
    encoder = CLIPVisionModelWithProjection.from_pretrained(
        Path(built("ip_adapter")) / "models" / "image_encoder"
    )
    with torch.inference_mode():
        pair = torch.cat([torch.zeros_like(pixels), pixels])
        return encoder(pair, output_hidden_states=True).hidden_states[-2]


def projected(
    weights: dict[str, NDArray[np.float64]],
    identity: NDArray[np.float64],
    seen: NDArray[np.float64],
    scale: float | None,
) -> NDArray[np.float64]:
    """(4, width) of one embedding (512,) and CLIP's tokens (T, W); `scale` None for v1.

    tencent-ailab/IP-Adapter, `ip_adapter_faceid.py`: ProjPlusModel and FacePerceiverResampler.
    """

    def linear(name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return x @ weights[f"{name}.weight"].T + weights.get(f"{name}.bias", np.zeros(1))

    def norm(name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
        level = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return level * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def gelu(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2

    whose = norm("norm", linear("proj.2", gelu(linear("proj.0", identity))).reshape(4, -1))
    asked, within = whose, "perceiver_resampler"
    seen = linear(f"{within}.proj_in", seen)
    for number in range(4):
        layer = f"{within}.layers.{number}"
        query = norm(f"{layer}.0.norm2", asked)
        around = np.concatenate([norm(f"{layer}.0.norm1", seen), query])
        keys, values = np.split(linear(f"{layer}.0.to_kv", around), 2, axis=-1)
        likely = np.exp(linear(f"{layer}.0.to_q", query) @ keys.T / math.sqrt(64))
        likely /= likely.sum(-1, keepdims=True)
        asked = asked + linear(f"{layer}.0.to_out", likely @ values)
        inner = gelu(linear(f"{layer}.1.1", norm(f"{layer}.1.0", asked)))
        asked = asked + linear(f"{layer}.1.3", inner)
    looks = norm(f"{within}.norm_out", linear(f"{within}.proj_out", asked))
    return looks if scale is None else whose + scale * looks


@pytest.mark.parametrize(
    ("options", "scale"),
    [
        ({}, 1.0),
        ({"shortcut_scale": "0.4"}, 0.4),
        ({"ip_adapter_kind": "faceid-plus"}, None),
    ],
)
def test_tokens_are_what_the_published_equation_makes(
    board: SdxlFaceIdStoryboarder,
    room: tuple[Path, Path],
    options: dict[str, str],
    scale: float | None,
) -> None:
    portrait = portrait_of("Anna")
    asked = board_of(*room, **options).painter.adapter
    tokens = asked.encode(board.painter.model.pipe, portrait)  # the same but for the options
    assert tokens.shape == (2, 4, 64) and tokens.dtype == np.float32
    weights = {
        name.removeprefix("image_proj."): tensor.double().numpy()
        for name, tensor in load_file(room[0] / FILE).items()
    }
    identity = Insightface(room[1]).faces(portrait)[0].embedding.astype(float)
    seen = clip(portrait, room[1]).double().numpy()
    for one, whose, looks in zip(tokens, (0 * identity, identity), seen, strict=True):
        np.testing.assert_allclose(one, projected(weights, whose, looks, scale), atol=2e-5)


def test_portraits_act_where_their_masks_are_and_each_with_its_own_looks(
    board: SdxlFaceIdStoryboarder, cast: list[Likeness]
) -> None:
    as_planned, swapped = paint(board, cast, "Anna", "Ben"), paint(board, cast, "Ben", "Anna")
    anna, ben = cast
    others = [replace(anna, tokens=ben.tokens), replace(ben, tokens=anna.tokens)]
    assert np.abs(as_planned - swapped).max() > 10
    assert np.array_equal(paint(board, others, "Ben", "Anna"), as_planned)
    assert np.array_equal(paint(board, others, "Anna", "Ben"), swapped)


def test_two_people_are_drawn_as_diffusers_documents_it(
    board: SdxlFaceIdStoryboarder, cast: list[Likeness], room: tuple[Path, Path]
) -> None:
    """With the layer in SDXL, and every person's CLIP tokens in its `clip_embeds`."""
    from diffusers import StableDiffusionXLPipeline
    from diffusers.image_processor import IPAdapterMaskProcessor

    pipe = StableDiffusionXLPipeline.from_pretrained(built("sdxl"), add_watermarker=False)
    pipe.load_ip_adapter(str(room[0]), subfolder="", weight_name=FILE, image_encoder_folder=None)
    pipe.set_progress_bar_config(disable=True)
    faces = [Insightface(room[1]).faces(portrait_of(name))[0] for name in ("Anna", "Ben")]
    whose = torch.from_numpy(np.stack([one.embedding for one in faces]))[None, :, None]
    (layer,) = pipe.unet.encoder_hid_proj.image_projection_layers
    looks = [clip(portrait_of(name), room[1]) for name in ("Anna", "Ben")]
    layer.clip_embeds, layer.shortcut = torch.stack(looks, dim=1), True  # (2, people, tokens, 32)
    halves = np.zeros((2, SIDE, SIDE, 1), np.float32)
    halves[0, :, :64] = halves[1, :, 64:] = 1
    masks = IPAdapterMaskProcessor().preprocess(halves).reshape(1, 2, SIDE, SIDE)
    pipe.set_ip_adapter_scale([[0.7, 0.7]])
    with torch.inference_mode():
        latents = pipe(
            "two people", negative_prompt="text", width=SIDE, height=SIDE, num_inference_steps=2,
            guidance_scale=5.0, generator=torch.Generator().manual_seed(5), output_type="latent",
            ip_adapter_image_embeds=[torch.cat([torch.zeros_like(whose), whose])],
            cross_attention_kwargs={"ip_adapter_masks": [masks]},
        ).images  # fmt: skip
        wanted = decoded(pipe, latents).astype(int)
    assert np.abs(paint(board, cast, "Anna", "Ben") - wanted).max() <= 1


def test_the_looks_alone_change_the_picture_and_whose_face_it_is_alone_does(
    board: SdxlFaceIdStoryboarder,
    cast: list[Likeness],
    room: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    first = paint(board, cast, "Anna")
    shaded = portrait_of("Anna").copy()
    shaded[88:94] = 0  # below what the tiny recogniser looks at
    faces = Insightface(room[1])
    plain, dark = (faces.faces(one)[0].embedding for one in (portrait_of("Anna"), shaded))
    assert np.array_equal(plain, dark)
    looks = paint(board, [told(board, "Anna", shaded)], "Anna")
    assert np.abs(looks - first).max() > 2
    stranger = board_of(room[0], insightface(tmp_path, seed=9)).painter.adapter  # the same place
    tokens = stranger.encode(board.painter.model.pipe, portrait_of("Anna"))
    identity = paint(board, [replace(cast[0], tokens=tokens)], "Anna")
    assert np.abs(identity - first).max() > 2


def test_a_shot_after_others_is_the_shot_alone_of_encodings_from_the_disk(
    board: SdxlFaceIdStoryboarder, cast: list[Likeness], room: tuple[Path, Path], tmp_path: Path
) -> None:
    paint(board, cast, "Ben")
    again = told(board, "Anna")
    alone, kept = board_of(*room), []  # has seen no portrait
    for one in (again, cast[1]):
        assert one.tokens is not None
        np.save(tmp_path / f"{one.character}.npy", one.tokens)
        kept.append(replace(one, tokens=np.load(tmp_path / f"{one.character}.npy")))
    wanted = paint(alone, kept, "Anna", "Ben")
    assert np.array_equal(paint(board, cast, "Anna", "Ben"), wanted)
    assert np.array_equal(paint(board, cast), paint(alone, []))
    assert board.painter.model.pipe.face_projection.clip_embeds is None


def test_its_lora_is_worn_and_its_layer_is_not_in_the_model_that_draws(
    board: SdxlFaceIdStoryboarder,
) -> None:
    unet = board.painter.model.pipe.unet
    assert "faceid_0" in unet.peft_config
    worn = [name for name, _ in unet.named_modules() if name.endswith("lora_A.faceid_0")]
    assert len(worn) == 4 * len(unet.attn_processors)
    assert not any("encoder_hid_proj" in name for name, _ in unet.named_parameters())


def test_a_laion_checkpoint_and_one_file_and_a_pickle_are_the_same(
    board: SdxlFaceIdStoryboarder, room: tuple[Path, Path], tmp_path: Path
) -> None:
    """The image encoder inside of a whole CLIP, and the adapter as the hub has it."""
    from transformers import CLIPConfig, CLIPModel, CLIPVisionModelWithProjection

    half = CLIPVisionModelWithProjection.from_pretrained(
        Path(built("ip_adapter")) / "models" / "image_encoder"
    )
    words = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "vocab_size": 9}
    words |= {"num_attention_heads": 1, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    whole = CLIPModel(
        CLIPConfig(text_config=words, vision_config=half.config.to_dict(), projection_dim=32)
    )
    whole.vision_model.load_state_dict(half.vision_model.state_dict())
    whole.save_pretrained(tmp_path / "laion")
    pickled = checkpoints.face_id_adapter(tmp_path / "hub", plus="plusv2", pickled=True)
    file = pickled / "ip-adapter-faceid-plusv2_sdxl.bin"
    other = board_of(
        file,
        room[1],
        image_encoder_repository=str(tmp_path / "laion"),
        image_encoder="",
        allow_pickle="true",
    )
    assert np.array_equal(
        other.painter.encode(portrait_of("Anna")), board.painter.encode(portrait_of("Anna"))
    )
    assert other.fingerprint != board.fingerprint


def refusal(adapter: Path, faces: Path, **options: str) -> str:
    with pytest.raises(Script2MovieError) as refused:
        board_of(adapter, faces, **options)
    said = str(refused.value)
    assert "\n" not in said
    return said


def test_another_file_than_the_options_say_is_one_sentence_at_opening(
    room: tuple[Path, Path], tmp_path: Path
) -> None:
    plus, faces = room
    plain = checkpoints.face_id_adapter(tmp_path, pickled=True)
    hub = {"ip_adapter_file": "ip-adapter-faceid_sdxl.bin", "allow_pickle": "true"}
    said = refusal(plus, faces, ip_adapter_kind="faceid")
    assert "is a FaceID Plus, and not said to be v1 or v2" in said
    assert "storyboard.ip_adapter_kind=faceid-plus or faceid-plusv2" in said
    said = refusal(plain, faces, ip_adapter_kind="faceid-plusv2", **hub)
    assert "is a plain FaceID, no faceid-plusv2: --option storyboard.ip_adapter_kind=f" in said
    (tmp_path / "renamed-plus.bin").write_bytes((tmp_path / hub["ip_adapter_file"]).read_bytes())
    assert "is a plain FaceID, no faceid-plus:" in refusal(
        plain, faces, **(hub | {"ip_adapter_file": "renamed-plus.bin"})
    )
    said = refusal(plain, faces, shortcut_scale="0.5", **hub)
    assert "shortcut_scale= is of FaceID Plus v2 alone, and this is faceid: leave it out" in said
    assert "it must be at least 0" in refusal(plus, faces, shortcut_scale="-1")
    said = refusal(plus, faces, image_encoder="models/none")
    assert "config.json" in said and "--option storyboard.image_encoder_repository=" in said
    narrow = checkpoints.face_id_adapter(tmp_path / "narrow", plus="plusv2", clip=48)
    said = refusal(narrow, faces)
    assert "gives 32 numbers a token" in said and "reads 48" in said
    said = refusal(plus, faces, model=built("sdxl_of_another_width"))
    assert "is for another base model (text of width 64, not 96)" in said
    (plain / hub["ip_adapter_file"]).write_bytes(b"no weights")
    assert "is no file of weights, or damaged" in refusal(plain, faces, **hub)


def test_a_file_that_lacks_a_tensor_is_refused(room: tuple[Path, Path], tmp_path: Path) -> None:
    tensors: dict[str, Any] = load_file(room[0] / FILE)
    tensors.pop("image_proj.perceiver_resampler.layers.3.1.3.weight")
    save_file(tensors, tmp_path / FILE)
    with pytest.raises(Script2MovieError, match=r"does not load.*it is damaged or of another"):
        board_of(tmp_path, room[1]).painter.encode(portrait_of("Anna"))


def test_which_of_the_three_it_is_changes_what_is_kept(room: tuple[Path, Path]) -> None:
    typed = ({}, {"ip_adapter_kind": "faceid-plus"}, {"shortcut_scale": "0.5"})
    assert len({board_of(*room, **one).fingerprint for one in typed}) == 3
    named = board_of(*room, ip_adapter_kind="faceid-plusv2")
    assert named.fingerprint == board_of(*room).fingerprint
