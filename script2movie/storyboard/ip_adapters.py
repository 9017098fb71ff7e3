"""How a portrait becomes what SDXL reads: IP-Adapter Plus-Face, and FaceID.

    Plus-Face   a CLIP picture encoder's last layer but one: the face as it looks on the photo
    FaceID      insightface's embedding: whose face it is, whatever the photo's light and hair;
                its checkpoint has a LoRA of SDXL's attention in it

Both are IP-Adapter (Ye et al. 2023, arXiv:2308.06721), through diffusers' own loader. Knows files
and encodings; knows no shots.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BankError, WeightsError
from script2movie.generative import checkpoints
from script2movie.perception.published.insightface import Insightface
from script2movie.storyboard import sdxl
from script2movie.storyboard.sdxl import Picture

__all__ = ["FaceId", "FaceIdOptions", "PlusFace", "PlusFaceOptions"]

ADAPTER, FILE = "storyboard.ip_adapter", "storyboard.ip_adapter_file"


@dataclass(frozen=True)
class PlusFaceOptions(sdxl.Options):
    """SDXL's choices and where Plus-Face is."""

    ip_adapter: str = field(
        default="h94/IP-Adapter",
        metadata={"help": "the portraits' adapter: hub repository or folder", "checkpoint": True},
    )
    ip_adapter_file: str = field(
        default="sdxl_models/ip-adapter-plus-face_sdxl_vit-h.safetensors",
        metadata={"help": "its file of weights"},
    )
    image_encoder: str = field(
        default="models/image_encoder", metadata={"help": "the folder of its image encoder"}
    )


@dataclass(frozen=True)
class FaceIdOptions(sdxl.Options):
    """SDXL's choices, where FaceID is, and where insightface's models are."""

    ip_adapter: str = field(
        default="h94/IP-Adapter-FaceID",
        metadata={"help": "the portraits' adapter: hub repository or folder", "checkpoint": True},
    )
    ip_adapter_file: str = field(
        default="ip-adapter-faceid_sdxl.bin",
        metadata={"help": "its file of weights; as published it is a pickle"},
    )
    insightface: str = field(
        default="~/.insightface",
        metadata={"help": "a folder with models/<name>/, research only", "unseen": True},
    )
    insightface_model: str = field(
        default="buffalo_l", metadata={"help": "which of insightface's models"}
    )


class PlusFace:
    """Fits `sdxl.Adapter`."""

    def __init__(self, options: PlusFaceOptions, model: Path) -> None:
        """Raises WeightsError where a file is missing, damaged, or of another base than `model`."""
        self._options = options
        self._file = _weights(options)
        self._encoder = checkpoints.model_checkpoint(
            options.ip_adapter,
            ADAPTER,
            ("CLIPVisionModelWithProjection",),
            subfolder=options.image_encoder,
            allow_pickle=options.allow_pickle,
        )
        _check_fit(self._file, model, "image_proj.latents", "IP-Adapter Plus or Plus-Face")
        with checkpoints.loading(self._encoder.folder):
            config = checkpoints.read_json(self._encoder.folder / "config.json")
            self.width = int(config["hidden_size"])
        self.fingerprint = f"{checkpoints.file_digest(self._file)} {self._encoder.fingerprint}"

    def load(self, pipe: Any) -> None:
        _load(pipe, self._options, self._file, f"./{self._options.image_encoder}")

    def encode(self, pipe: Any, portrait: Picture) -> NDArray[np.float32]:
        """A black picture's and the portrait's: (2, tokens, width)."""
        import torch
        from PIL import Image

        with torch.inference_mode():
            shown, black = pipe.encode_image(
                Image.fromarray(portrait), pipe._execution_device, 1, True
            )
        return np.asarray(torch.cat([black, shown]).float().cpu().numpy(), np.float32)


class FaceId:
    """Fits `sdxl.Adapter`."""

    width = 512

    def __init__(self, options: FaceIdOptions, model: Path) -> None:
        """Raises WeightsError where a file is missing, damaged, or of another base than `model`."""
        checkpoints.require("peft", backend="storyboard sdxl-faceid")  # for the LoRA in it
        self._options = options
        self._file = _weights(options)
        _check_fit(self._file, model, "image_proj.proj.2.weight", "IP-Adapter FaceID")
        pack = Path(options.insightface).expanduser() / "models" / options.insightface_model
        if not any(pack.glob("*.onnx")):
            raise WeightsError(
                f"{pack} holds no model of insightface's: --option storyboard.insightface= wants "
                "the folder with models/buffalo_l in it"
            )
        self._faces = Insightface(pack)
        files = (self._file, *self._faces.files)
        self.fingerprint = " ".join(map(checkpoints.file_digest, files))

    def load(self, pipe: Any) -> None:
        _load(pipe, self._options, self._file, None)
        (layer,) = pipe.unet.encoder_hid_proj.image_projection_layers
        if type(layer).__name__ != "IPAdapterFaceIDImageProjection":
            raise WeightsError(f"{self._file} is no IP-Adapter FaceID: --option {FILE}=")

    def encode(self, pipe: Any, portrait: Picture) -> NDArray[np.float32]:
        """Nothing, and who it is: (2, 1, 512)."""
        del pipe
        found = self._faces.faces(portrait)
        if not found:
            raise BankError("insightface finds no face in a portrait: choose one with a whole face")
        face = found[0][1]  # the largest
        return np.stack([np.zeros_like(face), face])[:, None]


def _weights(options: PlusFaceOptions | FaceIdOptions) -> Path:
    return checkpoints.weights_file(
        options.ip_adapter, ADAPTER, options.ip_adapter_file, allow_pickle=options.allow_pickle
    )


def _load(
    pipe: Any, options: PlusFaceOptions | FaceIdOptions, file: Path, encoder: str | None
) -> None:
    root = checkpoints.find(options.ip_adapter, ADAPTER)
    with checkpoints.loading(file):
        pipe.load_ip_adapter(
            str(root),
            subfolder=str(file.parent.relative_to(root)),
            weight_name=file.name,
            image_encoder_folder=encoder,
            local_files_only=True,
        )


def _check_fit(file: Path, model: Path, telling: str, kind: str) -> None:
    """Raises WeightsError where a safetensors file is of another kind, or of another base model."""
    if file.suffix != ".safetensors":
        return
    tensors = checkpoints.header(file)
    keys = [one for name, one in tensors.items() if name.endswith("to_k_ip.weight")]
    if not keys or telling not in tensors:
        raise WeightsError(f"{file} is no {kind}: --option {FILE}=")
    wanted = int(checkpoints.read_json(model / "unet" / "config.json")["cross_attention_dim"])
    there = int(keys[0]["shape"][1])
    if there != wanted:
        raise WeightsError(
            f"{file} is for another base model (text of width {there}, not {wanted}): choose "
            f"the one for SDXL with --option {FILE}="
        )
