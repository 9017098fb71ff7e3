"""IP-Adapter FaceID: whose face it is, whatever the photo's light and hair; with a LoRA of SDXL.

    faceid          insightface's embedding, which a layer of SDXL's makes four tokens of
    faceid-plus     the same tokens ask what CLIP sees in the straightened face, four times over
    faceid-plusv2   the tokens as they were, and what they were told times `shortcut_scale`

The second and third have the same tensors, so a name tells them apart. By tencent-ailab/IP-Adapter,
`ip_adapter_faceid.py` (IPAdapterFaceIDXL, IPAdapterFaceIDPlusXL): nobody's tokens are those of an
embedding of zeros and of an empty picture. Where the published example hands CLIP a face with blue
and red exchanged (its issue 430), here CLIP sees it as it is.

Knows files and encodings; knows no shots.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BankError, SettingsError, WeightsError
from script2movie.generative import checkpoints
from script2movie.generative.checkpoints import Choice
from script2movie.perception.published.insightface import Face, Insightface, straightened
from script2movie.storyboard import ip_adapters, sdxl
from script2movie.storyboard.sdxl import Picture

__all__ = ["FaceId", "FaceIdOptions", "FaceIdPlus", "face_id"]

CROP_SIDE = 224  # pixels of the face that CLIP sees
PERCEIVER = "image_proj.perceiver_resampler.proj_in.weight"  # (text width, CLIP's width)
Kind = Literal["faceid", "faceid-plus", "faceid-plusv2"]


@dataclass(frozen=True)
class FaceIdOptions(sdxl.Options):
    """SDXL's choices, where FaceID and its image encoder are, and where insightface's models are.

    What only FaceID Plus looks at is `unseen`: its adapter names it.
    """

    backend: ClassVar[str] = "storyboard sdxl-faceid"
    ip_adapter: str = field(
        default="h94/IP-Adapter-FaceID",
        metadata={"help": "the portraits' adapter: hub repository or folder", "checkpoint": True},
    )
    ip_adapter_file: str = field(
        default="ip-adapter-faceid_sdxl.bin",
        metadata={
            "help": "its file of weights, as published a pickle; FaceID Plus v2 is "
            "ip-adapter-faceid-plusv2_sdxl.bin"
        },
    )
    ip_adapter_kind: Literal["by-name", "faceid", "faceid-plus", "faceid-plusv2"] = field(
        default="by-name",
        metadata={
            "help": "faceid, faceid-plus (v1) or faceid-plusv2; by-name: 'plusv2' or 'plus' in "
            "the file's name tells",
            "unseen": True,
        },
    )
    shortcut_scale: float = field(
        default=1.0,
        metadata={
            "help": "FaceID Plus v2: how much the face's looks count beside whose it is",
            "unseen": True,
        },
    )
    image_encoder_repository: str = field(
        default="h94/IP-Adapter",
        metadata={
            "help": "FaceID Plus: where its image encoder is, CLIP ViT-H/14 of LAION: hub "
            "repository or folder",
            "checkpoint": lambda options: options.kind != "faceid",
        },
    )
    image_encoder: str = field(
        default="models/image_encoder",
        metadata={"help": "FaceID Plus: the folder in there, '' for itself", "unseen": True},
    )
    insightface: str = field(
        default="~/.insightface",
        metadata={"help": "a folder with models/<name>/, research only", "unseen": True},
    )
    insightface_model: str = field(
        default="buffalo_l", metadata={"help": "which of insightface's models"}
    )

    @property
    def kind(self) -> Kind:
        """As typed, or as the file's name tells."""
        if self.ip_adapter_kind != "by-name":
            return self.ip_adapter_kind
        file = self.ip_adapter if Path(self.ip_adapter).is_file() else self.ip_adapter_file
        name = Path(file).name.lower().replace("-", "").replace("_", "")
        if "plusv2" in name:
            return "faceid-plusv2"
        return "faceid-plus" if "plus" in name else "faceid"


class FaceId:
    """Fits `sdxl.Adapter`."""

    width = 512

    def __init__(self, options: FaceIdOptions, model: Path) -> None:
        """Raises BackendUnavailable, SettingsError.

        Raises WeightsError where a file is missing, damaged, of another kind than the options
        say, or of another base than `model`.
        """
        checkpoints.require("peft", backend="storyboard sdxl-faceid")  # for the LoRA in it
        if options.kind != "faceid-plusv2" and options.shortcut_scale != 1:
            raise SettingsError(
                f"--option storyboard.shortcut_scale= is of FaceID Plus v2 alone, and this is "
                f"{options.kind}: leave it out"
            )
        self.file = ip_adapters.weights(
            Choice(options.backend, "ip_adapter", options.ip_adapter),
            options.ip_adapter_file,
            options.allow_pickle,
        )
        self.tensors = ip_adapters.shapes(self.file)
        _check_kind(self.file, self.tensors, options.kind)
        self.text_width = ip_adapters.check_base(self.file, self.tensors, model)
        pack = Path(options.insightface).expanduser() / "models" / options.insightface_model
        if not any(pack.glob("*.onnx")):
            raise WeightsError(
                f"{pack} holds no model of insightface's: --option storyboard.insightface= wants "
                "the folder with models/buffalo_l in it"
            )
        self._faces = Insightface(pack)
        files = (self.file, *self._faces.files)
        self.fingerprint = " ".join(map(checkpoints.file_digest, files))

    def load(self, pipe: Any) -> None:
        ip_adapters.load(pipe, self.file)

    def encode(self, pipe: Any, portrait: Picture) -> NDArray[np.float32]:
        """Nothing, and who it is: (2, 1, 512)."""
        del pipe
        return _nobody_and(self.face(portrait))[:, None]

    def face(self, portrait: Picture) -> Face:
        """The largest. Raises BankError where there is none."""
        found = self._faces.faces(portrait)
        if not found:
            raise BankError("insightface finds no face in a portrait: choose one with a whole face")
        return found[0]


class FaceIdPlus:
    """Fits `sdxl.Adapter`.

    An encoding is what SDXL's attention reads, four tokens: the layer that makes them sees one
    person's embedding and crop together, once, and is not in the model that draws.
    """

    def __init__(self, options: FaceIdOptions, model: Path) -> None:
        """As FaceId; raises WeightsError too where the image encoder is missing or another."""
        self._identity = FaceId(options, model)
        choice = Choice(
            options.backend, "image_encoder_repository", options.image_encoder_repository
        )
        self._encoder = ip_adapters.ImageEncoder(
            choice, options.image_encoder, options.allow_pickle
        )
        _, wanted = self._identity.tensors[PERCEIVER]
        if self._encoder.width != wanted:
            raise WeightsError(
                f"{self._encoder.folder} gives {self._encoder.width} numbers a token, and "
                f"{self._identity.file} reads {wanted}: choose its image encoder with "
                f"{choice.typed}"
            )
        self.width = self._identity.text_width
        self._shortcut, self._scale = options.kind == "faceid-plusv2", options.shortcut_scale
        self.fingerprint = (
            f"{options.kind} {self._scale} {self._identity.fingerprint} {self._encoder.fingerprint}"
        )

    def load(self, pipe: Any) -> None:
        import torch

        self._encoder.load(pipe)
        self._identity.load(pipe)
        layers = pipe.unet.encoder_hid_proj.image_projection_layers
        projection, layers[0] = layers[0], torch.nn.Identity()
        pipe.face_projection = projection.float()  # freed with the pipeline

    def encode(self, pipe: Any, portrait: Picture) -> NDArray[np.float32]:
        """Nobody's and the portrait's tokens: (2, 4, width of the text)."""
        import torch

        face = self._identity.face(portrait)
        crop = straightened(portrait, face.points, CROP_SIDE)
        seen = torch.from_numpy(self._encoder.encode(pipe, crop))  # (2, tokens, width)
        projection = pipe.face_projection
        projection.shortcut, projection.shortcut_scale = self._shortcut, self._scale
        projection.clip_embeds = seen[:, None]
        try:
            with torch.inference_mode():
                tokens = projection(torch.from_numpy(_nobody_and(face)))
        finally:
            projection.clip_embeds = None
        return np.asarray(tokens.numpy(), np.float32)


def face_id(options: FaceIdOptions, model: Path) -> sdxl.Adapter:
    """The adapter that the options name."""
    return (FaceId if options.kind == "faceid" else FaceIdPlus)(options, model)


def _check_kind(file: Path, tensors: ip_adapters.Shapes, kind: Kind) -> None:
    """Raises WeightsError where the file is of another kind."""
    option = "--option storyboard.ip_adapter_kind="
    if not {"image_proj.proj.2.weight", "image_proj.norm.weight"} <= set(tensors):
        raise WeightsError(f"{file} is no IP-Adapter FaceID: --option {ip_adapters.FILE}=")
    if PERCEIVER in tensors and kind == "faceid":
        raise WeightsError(
            f"{file} is a FaceID Plus, and not said to be v1 or v2: {option}faceid-plus or "
            "faceid-plusv2"
        )
    if PERCEIVER not in tensors and kind != "faceid":
        raise WeightsError(f"{file} is a plain FaceID, no {kind}: {option}faceid")


def _nobody_and(face: Face) -> NDArray[np.float32]:
    """(2, 512)"""
    return np.stack([np.zeros_like(face.embedding), face.embedding])
