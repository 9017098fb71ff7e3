"""What IP-Adapters of SDXL have in common, and the one that reads a photo: Plus-Face.

    weights, shapes, check_base, load    an adapter's file: found, looked into, put into a pipeline
    ImageEncoder                         CLIP: a picture as its last layer but one
    PlusFace                             the face as it looks on the photo (FaceID: see `face_id`)

IP-Adapter: Ye et al. 2023 (arXiv:2308.06721), through diffusers' own loader. Knows files and
encodings; knows no shots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import WeightsError
from script2movie.generative import checkpoints
from script2movie.generative.adapters import check_ip_adapter, ip_adapter_tensors
from script2movie.generative.checkpoints import Choice
from script2movie.storyboard import sdxl
from script2movie.storyboard.sdxl import Picture

__all__ = [
    "FILE",
    "ImageEncoder",
    "PlusFace",
    "PlusFaceOptions",
    "check_base",
    "load",
    "shapes",
    "weights",
]

FILE = "storyboard.ip_adapter_file"
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class PlusFaceOptions(sdxl.Options):
    """SDXL's choices and where Plus-Face is."""

    backend: ClassVar[str] = "storyboard sdxl-ip-adapter"
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


class PlusFace:
    """Fits `sdxl.Adapter`."""

    def __init__(self, options: PlusFaceOptions, model: Path) -> None:
        """Raises WeightsError where a file is missing, damaged, or of another base than `model`."""
        choice = Choice(options.backend, "ip_adapter", options.ip_adapter)
        self._file = weights(choice, options.ip_adapter_file, options.allow_pickle)
        self._encoder = ImageEncoder(choice, options.image_encoder, options.allow_pickle)
        tensors = shapes(self._file)
        if "image_proj.latents" not in tensors:
            raise WeightsError(f"{self._file} is no IP-Adapter Plus or Plus-Face: --option {FILE}=")
        check_base(self._file, tensors, model)
        self.width, wanted = self._encoder.width, tensors["image_proj.proj_in.weight"][1]
        if self.width != wanted:
            raise WeightsError(
                f"{self._encoder.folder} gives {self.width} numbers a token, and {self._file} "
                f"reads {wanted}: choose its image encoder with --option storyboard.image_encoder="
            )
        self.fingerprint = f"{checkpoints.file_digest(self._file)} {self._encoder.fingerprint}"

    def load(self, pipe: Any) -> None:
        self._encoder.load(pipe)
        load(pipe, self._file)

    def encode(self, pipe: Any, portrait: Picture) -> NDArray[np.float32]:
        """An empty picture's and the portrait's: (2, tokens, width)."""
        return self._encoder.encode(pipe, portrait)


class ImageEncoder:
    """CLIP's (Radford et al. 2021, arXiv:2103.00020). Opening it looks at the files."""

    def __init__(self, choice: Choice, folder: str, allow_pickle: bool) -> None:
        """In `folder` of what was chosen. Raises WeightsError."""
        kinds = ("CLIPVisionModelWithProjection", "CLIPModel")  # of the latter, its half for it
        self._checkpoint = checkpoints.model_checkpoint(
            choice, kinds, subfolder=folder, allow_pickle=allow_pickle
        )
        self.folder = self._checkpoint.folder
        self.fingerprint = self._checkpoint.fingerprint
        with checkpoints.loading(self.folder):
            config = checkpoints.read_json(self.folder / "config.json")
            self.width = int(config.get("vision_config", config)["hidden_size"])

    def load(self, pipe: Any) -> None:
        """Makes it the pipeline's. Raises WeightsError."""
        from transformers import CLIPVisionModelWithProjection

        with checkpoints.loading(self.folder):
            encoder = CLIPVisionModelWithProjection.from_pretrained(
                self.folder, dtype=pipe.dtype, **self._checkpoint.arguments
            )
        pipe.register_modules(image_encoder=encoder)

    def encode(self, pipe: Any, picture: Picture) -> NDArray[np.float32]:
        """An empty picture's and the picture's (H, W, 3) last layer but one: (2, tokens, width)."""
        import torch
        from PIL import Image

        with torch.inference_mode():
            shown, empty = pipe.encode_image(
                Image.fromarray(picture), pipe._execution_device, 1, True
            )
        return np.asarray(torch.cat([empty, shown]).float().cpu().numpy(), np.float32)


def weights(choice: Choice, file: str, allow_pickle: bool) -> Path:
    """An adapter's file. Raises WeightsError."""
    return checkpoints.weights_file(choice, file, allow_pickle=allow_pickle)


def shapes(file: Path) -> Shapes:
    """A file's tensors, unread, by names as 'image_proj.proj.0.weight'.

    Raises:
        WeightsError: it is damaged, or a pickle that holds something else than weights.
    """
    return {
        f"{group}.{name}": tuple(tensor.shape)
        for group, tensors in ip_adapter_tensors(file).items()
        for name, tensor in tensors.items()
    }


def check_base(file: Path, tensors: Shapes, model: Path) -> int:
    """The width of the model's text.

    Raises:
        WeightsError: the adapter is for another's, or not whole.
    """
    wanted = int(checkpoints.read_json(model / "unet" / "config.json")["cross_attention_dim"])
    keys = [shape for name, shape in tensors.items() if name.endswith("to_k_ip.weight")]
    if not keys:
        raise WeightsError(f"{file} is no IP-Adapter: --option {FILE}=")
    if keys[0][1] != wanted:
        raise WeightsError(
            f"{file} is for another base model (text of width {keys[0][1]}, not {wanted}): choose "
            f"the one for SDXL with --option {FILE}="
        )
    with checkpoints.loading(file):
        check_ip_adapter(file, model / "unet")
    return wanted


def load(pipe: Any, file: Path) -> None:
    """Puts an adapter into a pipeline whose image encoder, if it has one, is there already.

    Raises WeightsError.
    """
    with checkpoints.loading(file):
        pipe.load_ip_adapter(
            str(file.parent),
            subfolder="",
            weight_name=file.name,
            image_encoder_folder=None,
            local_files_only=True,
        )
