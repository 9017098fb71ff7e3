"""What this machine can run, and the command that mends what it cannot."""

import importlib.util
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from script2movie import weights
from script2movie.backends import HEARING, STAGES, available, open_backend
from script2movie.errors import BackendUnavailable, Script2MovieError
from script2movie.settings import PROFILES

__all__ = ["Finding", "examine"]

GIGABYTE = 1024**3
GPUS = {"gpu-12gb": 11, "gpu-24gb": 22, "gpu-80gb": 70}  # profiles and the memory they want


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `mend` is what to type where it is not fine."""

    subject: str
    fine: bool
    said: str
    mend: str = ""


def examine(profile: str) -> list[Finding]:
    """Looks at Python, memory, disk, ffmpeg, weights, every backend and the extras."""
    findings = [
        Finding(
            "python",
            sys.version_info >= (3, 11),
            f"{platform.python_version()} on {platform.platform()}",
            "install Python 3.11 or newer",
        ),
        _memory(),
        _disk(),
        _ffmpeg(),
        *_weights(profile),
        _gpu(),
        *_backends(profile),
        *_extras(),
    ]
    return findings


def _memory() -> Finding:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    except (AttributeError, ValueError, OSError):
        return Finding("memory", True, "unknown; a film needs 1.5 GB")
    return Finding("memory", total >= 2, f"{total:.1f} GB; a film needs 1.5 GB", "add memory")


def _disk() -> Finding:
    folder = next(path for path in (weights.folder(), *weights.folder().parents) if path.exists())
    free = shutil.disk_usage(folder).free / GIGABYTE
    return Finding("disk", free >= 1, f"{free:.1f} GB free at {folder}", f"free space at {folder}")


def _ffmpeg() -> Finding:
    import imageio_ffmpeg  # type: ignore[import-untyped]

    from script2movie.media.clips import ffmpeg

    try:
        program = Path(ffmpeg())
        return Finding("ffmpeg", True, f"{imageio_ffmpeg.get_ffmpeg_version()} ({program.name})")
    except (BackendUnavailable, OSError) as error:
        return Finding("ffmpeg", False, str(error), str(error))


def _weights(profile: str) -> list[Finding]:
    mend = f"script2movie weights --fetch --profile {profile}"
    return [
        Finding(
            f"weight {status.weight.name}",
            status.present,
            f"{status.weight.size / 1e6:.0f} MB, {status.weight.licence}"
            + ("" if status.weight.commercial else ", NOT for commercial use"),
            mend,
        )
        for status in weights.status(profile)
    ]


def _gpu() -> Finding:
    """The GPU, and the profile that suits it. Finding none is fine: a film needs none."""
    if not importlib.util.find_spec("torch"):
        return Finding("gpu", True, "not looked at: no torch (pip install 'script2movie[gpu]')")
    import torch

    if not torch.cuda.is_available():
        return Finding("gpu", True, f"none that torch {torch.__version__} can use; none is needed")
    properties = torch.cuda.get_device_properties(0)
    gigabytes = properties.total_memory / GIGABYTE
    fitting = [name for name, least in GPUS.items() if gigabytes >= least]
    suits = f"--profile {fitting[-1]}" if fitting else "too small for any profile but embedded"
    return Finding("gpu", True, f"{properties.name}, {gigabytes:.0f} GB: {suits}")


def _backends(profile: str) -> list[Finding]:
    """The profile's own must open; of another it is only said what it lacks."""
    findings = []
    for stage in (*STAGES, *HEARING):
        for name, backend in available(stage).items():
            needed = getattr(PROFILES[profile], stage, "embedded") == name
            try:
                opened = open_backend(stage, name)
                opened.close()
                findings.append(Finding(f"{stage} {name}", True, backend.summary))
            except BackendUnavailable as error:  # a default film needs the embedded ones only
                needed = name == "embedded"
                told = str(error) if needed else f"not ready (optional): {error}"
                findings.append(Finding(f"{stage} {name}", not needed, told, told))
            except Script2MovieError as error:
                said = str(error) if needed else f"not ready (optional): {error}"
                findings.append(Finding(f"{stage} {name}", not needed, said, str(error)))
    return findings


def _extras() -> list[Finding]:
    extras = {"llm": "openai", "gpu": "diffusers", "tts": "f5_tts", "ui": "gradio"}
    return [
        Finding(
            f"extra {extra}",
            True,
            "installed"
            if importlib.util.find_spec(module)
            else f"not installed (optional): pip install 'script2movie[{extra}]'",
        )
        for extra, module in extras.items()
    ]
