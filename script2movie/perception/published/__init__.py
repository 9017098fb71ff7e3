"""Published encoders that metrics are defined by, loaded from weights a user has put in place.

    clip       pictures and texts: ViT-B/16, ViT-B/32, ViT-L/14, and LAION's head
    inception  the Inception of FID, by the names of its published weights
    i3d        clips, by StyleGAN-V's TorchScript file
    dino       pictures: DINO ViT-B/16
    mtcnn      faces, as DeepFace's fastmtcnn
    vgg_face   who a face is, as DeepFace has it
    insightface  the same, by SCRFD and ArcFace; needs no torch
    raft       motion: RAFT's optical flow
    amt        the frame between two, by AMT-S
    whisper    words: Whisper-large-v3
    wavlm      voices: WavLM x-vectors
    cepstra    mel cepstra from WORLD's envelope, without weights

All but insightface and cepstra need torch (the extra `eval`); none is imported before it is chosen,
and none ever stands in for another. Raise `WeightsError` for a file that is not what it should be.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from script2movie.errors import BackendUnavailable, WeightsError

__all__ = ["loading", "needs_torch"]

_LOADERS_FAULTS = (
    *(OSError, RuntimeError, ValueError, KeyError, AttributeError, TypeError, EOFError),
    pickle.UnpicklingError,
)


def needs_torch() -> None:
    """Raises BackendUnavailable where torch or transformers are not installed."""
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise BackendUnavailable(
            f"published encoders need {error.name}: pip install 'script2movie[eval]'"
        ) from None


@contextmanager
def loading(path: Path, what: str) -> Iterator[None]:
    """Around what loads `path`: whatever a damaged file makes of it becomes a WeightsError."""
    try:
        yield
    except _LOADERS_FAULTS as error:
        reason = str(error).strip().splitlines()
        raise WeightsError(
            f"{path} is no {what} ({reason[0][:160] if reason else type(error).__name__}): "
            "download it again"
        ) from error
