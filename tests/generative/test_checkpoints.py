"""A checkpoint is looked at before it is loaded: whole, of the right kind, safe, or refused."""

import json
import re
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from script2movie.errors import WeightsError
from script2movie.generative import checkpoints
from script2movie.generative.checkpoints import (
    Choice,
    model_checkpoint,
    pipeline_checkpoint,
    weights_file,
)
from script2movie.generative.running import Running, place
from script2movie.weights import hub

from . import checkpoints as built

SDXL = ("StableDiffusionXLPipeline",)


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built.sdxl(tmp_path_factory.mktemp("sdxl") / "tiny")


@pytest.fixture
def copy(sdxl: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sdxl, tmp_path / "copy"))


def chosen(folder: Path | str) -> Choice:
    return Choice("storyboard sdxl-lora", "model", str(folder))


def refused(folder: Path, **how: bool) -> str:
    with pytest.raises(WeightsError) as refusal:
        pipeline_checkpoint(chosen(folder), SDXL, **how)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_whole_checkpoint_is_named_by_its_contents(sdxl: Path, copy: Path) -> None:
    first = pipeline_checkpoint(chosen(sdxl), SDXL)
    assert first.variant is None and first.arguments["use_safetensors"] is True
    again = pipeline_checkpoint(chosen(copy), SDXL)
    assert first.fingerprint.split()[1] == again.fingerprint.split()[1]
    path = copy / "unet" / "diffusion_pytorch_model.safetensors"
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    other = pipeline_checkpoint(chosen(copy), SDXL)
    assert other.fingerprint.split()[1] != first.fingerprint.split()[1]


@pytest.mark.parametrize(
    "how", [{"sharded": True}, {"fp16": True}, {"sharded": True, "fp16": True}]
)
def test_variants_and_shards_load(tmp_path: Path, how: dict[str, bool]) -> None:
    from diffusers import StableDiffusionXLPipeline

    folder = built.sdxl(tmp_path / "tiny", **how)
    found = pipeline_checkpoint(chosen(folder), SDXL, prefer_fp16=True)
    assert found.variant == ("fp16" if how.get("fp16") else None)
    with checkpoints.loading(folder):
        pipe = StableDiffusionXLPipeline.from_pretrained(
            folder, dtype=torch.float32, **found.arguments
        )
    assert pipe.unet.dtype == torch.float32
    if how.get("sharded"):
        shard = next(folder.glob("unet/*-00002-of-*.safetensors"))
        shard.unlink()
        assert str(shard) in refused(folder)


@pytest.mark.parametrize(
    "name",
    [
        "unet/diffusion_pytorch_model.safetensors",
        "text_encoder_2/model.safetensors",
        "vae/config.json",
        "scheduler/scheduler_config.json",
        "tokenizer/tokenizer_config.json",
    ],
)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    said = refused(copy)
    assert f"lacks {copy / name}: copy the folder again, or choose another with --option" in said


def test_a_tokenizer_without_its_words_is_incomplete(copy: Path) -> None:
    for path in (copy / "tokenizer").iterdir():
        if path.name != "tokenizer_config.json":
            path.unlink()
    assert f"lacks {copy / 'tokenizer' / 'tokenizer.json'}" in refused(copy)


def test_one_file_is_no_folder(copy: Path) -> None:
    said = refused(copy / "unet" / "diffusion_pytorch_model.safetensors")
    assert "is one file" in said
    assert "StableDiffusionXLPipeline.from_single_file(...).save_pretrained(...)" in said


def test_an_index_of_shards_that_says_nothing_is_refused(copy: Path) -> None:
    index = copy / "unet" / "diffusion_pytorch_model.safetensors.index.json"
    index.write_text("{}")
    assert f"{index} does not say 'weight_map'" in refused(copy)
    index.write_text('{"weight_map": ["a.safetensors"]}')
    assert f"{index} is damaged" in refused(copy)


def test_a_configuration_is_asked_for_what_it_says(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    with pytest.raises(WeightsError, match=r"config\.json is not there"):
        checkpoints.read_json(config)
    config.write_text('{"width": 3}')
    told = checkpoints.read_json(config)
    assert told["width"] == 3 and told.get("height") is None
    with pytest.raises(WeightsError, match="does not say 'height'"):
        told["height"]


def test_another_architecture_is_named(copy: Path) -> None:
    index = copy / "model_index.json"
    told = json.loads(index.read_text())
    index.write_text(json.dumps(told | {"_class_name": "FluxPipeline"}))
    assert "is a checkpoint of FluxPipeline, but StableDiffusionXLPipeline is needed" in refused(
        copy
    )
    index.unlink()
    assert "has no model_index.json" in refused(copy)


def test_what_does_not_fit_its_configuration_is_refused(copy: Path) -> None:
    config = copy / "unet" / "config.json"
    told = json.loads(config.read_text())
    config.write_text(json.dumps(told | {"block_out_channels": [8, 16, 64]}))
    said = refused(copy)
    assert "' as 32 and not 64, which UNet2DConditionModel reads" in said
    assert f"{copy / 'unet' / 'diffusion_pytorch_model.safetensors'} has the tensor '" in said
    config.write_text(json.dumps(told | {"block_out_channels": "wide"}))
    assert f"{copy / 'unet'} does not load: " in refused(copy)


def test_a_class_that_is_not_installed_is_named(copy: Path) -> None:
    index = copy / "model_index.json"
    told = json.loads(index.read_text()) | {"vae": ["diffusers", "AutoencoderOf2031"]}
    index.write_text(json.dumps(told))
    assert "diffusers.AutoencoderOf2031, which is not installed: pip install" in refused(copy)


def test_what_a_model_does_not_load_is_given_no_place(copy: Path) -> None:
    """The libraries give a tensor that is not there no memory, or random numbers."""
    from diffusers import StableDiffusionXLPipeline

    name = "diffusion_pytorch_model.safetensors"
    found = pipeline_checkpoint(chosen(copy), SDXL)
    shutil.copy(copy / "vae" / name, copy / "unet" / name)
    with checkpoints.loading(copy):
        pipe = StableDiffusionXLPipeline.from_pretrained(copy, **found.arguments)
    with pytest.raises(WeightsError, match=r"checkpoint's unet has no tensor '.*\.weight'"):
        place(pipe, Running(device="cpu", dtype="float32"))


@pytest.mark.parametrize("pickled", [False, True])
def test_old_names_and_old_buffers_are_no_fault(copy: Path, pickled: bool) -> None:
    """As Stable Diffusion's first files have them: diffusers and transformers know them yet."""
    vae = copy / "vae" / "diffusion_pytorch_model.safetensors"
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}

    def renamed(name: str) -> str:
        of = re.compile(r"(?<=attentions\.0\.)(" + "|".join(old) + r")(?=\.)")
        return of.sub(lambda found: old[found[0]], name)

    tensors = {renamed(name): tensor for name, tensor in load_file(vae).items()}
    assert any("proj_attn" in name for name in tensors)
    text = copy / "text_encoder" / "model.safetensors"
    words = load_file(text) | {"text_model.embeddings.position_ids": torch.arange(77)[None]}
    for path, held, name in (
        (vae, tensors, "diffusion_pytorch_model.bin"),
        (text, words, "pytorch_model.bin"),
    ):
        path.unlink()
        if pickled:
            torch.save(held, path.with_name(name))
        else:
            save_file(held, path)
    assert pipeline_checkpoint(chosen(copy), SDXL, allow_pickle=pickled)
    if pickled:
        torch.save({name: words[name] for name in list(words)[1:]}, text.with_name(name))
        with pytest.raises(WeightsError, match=r"pytorch_model.bin lacks the tensor '"):
            pipeline_checkpoint(chosen(copy), SDXL, allow_pickle=True)


def test_shards_are_looked_into_together(tmp_path: Path) -> None:
    folder = built.sdxl(tmp_path / "tiny", sharded=True)
    shard = next(folder.glob("unet/*-00002-of-*.safetensors"))
    held = load_file(shard)
    lost = held.pop(next(iter(held)))
    save_file(held, shard)
    del lost
    assert f"{folder / 'unet'} lacks the tensor '" in refused(folder)


@pytest.mark.parametrize("cut", [0, 4, 100, -1])
def test_a_safetensors_file_that_is_cut_short_is_damaged(copy: Path, cut: int) -> None:
    path = copy / "vae" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:cut])
    assert f"{path} is damaged or cut short" in refused(copy)


def test_a_pickle_is_refused_unless_allowed(copy: Path) -> None:
    path = copy / "unet" / "diffusion_pytorch_model.safetensors"
    torch.save(load_file(path), path.with_suffix(".bin"))
    path.unlink()
    said = refused(copy)
    assert "is a pickle" in said and "--option storyboard.allow_pickle=true" in said
    allowed = pipeline_checkpoint(chosen(copy), SDXL, allow_pickle=True)
    assert allowed.arguments["use_safetensors"] is None
    path.with_suffix(".bin").write_bytes(b"no pickle")
    with pytest.raises(WeightsError, match=r"model\.bin is no file of weights"):
        pipeline_checkpoint(chosen(copy), SDXL, allow_pickle=True)


def test_one_model_and_one_file(tmp_path: Path) -> None:
    folder = built.ip_adapter(tmp_path / "ip")
    kinds = ("CLIPVisionModelWithProjection",)
    found = model_checkpoint(chosen(folder), kinds, subfolder="models/image_encoder")
    assert found.folder.name == "image_encoder"
    with pytest.raises(WeightsError, match="is of CLIPVisionModelWithProjection, but UNet"):
        model_checkpoint(chosen(folder), ("UNet",), subfolder="models/image_encoder")
    name = "sdxl_models/ip-adapter-plus-face_sdxl_vit-h.safetensors"
    path = weights_file(chosen(folder), name)
    assert checkpoints.header(path)["image_proj.latents"]["shape"] == [1, 4, 64]
    with pytest.raises(WeightsError, match=r"lacks .*faceid\.safetensors"):
        weights_file(chosen(folder), "faceid.safetensors")


def test_a_hub_name_that_is_not_here_is_never_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    said = refused(Path("stabilityai/stable-diffusion-xl-base-1.0"))
    assert "is not on this machine" in said
    assert (
        "script2movie weights --fetch --storyboard sdxl-lora "
        "--option storyboard.model=stabilityai/stable-diffusion-xl-base-1.0," in said
    )
    assert "there is no folder" in refused(Path("no/such/folder/anywhere"))


def test_a_hub_snapshot_is_found_at_its_pinned_revision(
    sdxl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    repo = hub.hub_repo("stabilityai/stable-diffusion-xl-base-1.0")
    home = tmp_path / "models--stabilityai--stable-diffusion-xl-base-1.0"
    shutil.copytree(sdxl, home / "snapshots" / repo.revision)
    found = pipeline_checkpoint(chosen(repo.repo), SDXL)
    assert found.folder == home / "snapshots" / repo.revision
    assert found.fingerprint.startswith(repo.revision)
    other = f"{repo.repo}@{'0' * 40}"
    assert "is not on this machine" in refused(Path(other))


def test_what_is_known_of_hub_checkpoints() -> None:
    kontext = hub.hub_repo("black-forest-labs/FLUX.1-Kontext-dev")
    assert kontext.commercial is False and kontext.gated and len(kontext.revision) == 40
    mine = hub.hub_repo("someone/finetune@v2")
    assert (mine.repo, mine.revision, mine.commercial) == ("someone/finetune", "v2", None)
    assert not hub.is_hub_name("folder") and not hub.is_hub_name("/a/b")
