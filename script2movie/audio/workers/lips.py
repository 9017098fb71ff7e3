"""Lip-sync models that are repositories: each by its own command, run inside its checkout.

    python lips.py latentsync|musetalk|wav2lip|hallo2|edtalk PYTHON

PYTHON is that of the repository's environment, which may be as old as 3.6; this program runs in
ours. The commands are those of the repositories as of the commits in docs/backends-audio.md.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from protocol import Refusal, checkout_version, run_checkout, serve

NO_FACE = "no face was found on a frame: the shot shows the speaker too small, dark or turned away"
NO_MEMORY = "the GPU's memory is full: choose a smaller --size"
CAUSES = {
    "Face not detected": NO_FACE,
    "Face not found": NO_FACE,
    "out of memory": NO_MEMORY,
    "No module named": "its environment is incomplete: pip install -r requirements.txt there",
}


def latentsync(asked: Mapping[str, Any]) -> None:
    options = asked["options"]
    run_checkout(
        sys.argv[2],
        [
            *("-m", "scripts.inference"),
            *("--unet_config_path", options.get("config", "configs/unet/stage2_512.yaml")),
            *("--inference_ckpt_path", options.get("weights", "checkpoints/latentsync_unet.pt")),
            *("--inference_steps", str(options.get("steps", 20))),
            *("--guidance_scale", str(options.get("guidance_scale", 1.5))),
            *("--video_path", asked["video"], "--audio_path", asked["audio"]),
            *("--video_out_path", asked["out"], "--seed", str(asked["seed"])),
        ],
        CAUSES,
    )


def musetalk(asked: Mapping[str, Any]) -> None:
    options = asked["options"]
    with tempfile.TemporaryDirectory() as folder:
        task = {"task_0": {"video_path": asked["video"], "audio_path": asked["audio"]}}
        config = Path(folder, "task.yaml")
        config.write_text(json.dumps(task))  # JSON is YAML
        run_checkout(
            sys.argv[2],
            [
                *("-m", "scripts.inference", "--inference_config", str(config)),
                *("--result_dir", folder, "--version", "v15"),
                *("--unet_model_path", options.get("weights", "models/musetalkV15/unet.pth")),
                *("--unet_config", options.get("config", "models/musetalkV15/musetalk.json")),
            ],
            CAUSES,
        )
        taken(Path(folder), asked["out"])


def wav2lip(asked: Mapping[str, Any]) -> None:
    weights = asked["options"].get("weights", "checkpoints/wav2lip_gan.pth")
    if "." in Path(asked["video"]).with_suffix("").as_posix():
        raise Refusal(f"Wav2Lip cannot read {asked['video']}: there is a dot in its folder's name")
    run_checkout(
        sys.argv[2],
        [
            *("inference.py", "--checkpoint_path", weights, "--face", asked["video"]),
            *("--audio", asked["audio"], "--outfile", asked["out"]),
        ],
        CAUSES
        | {
            "mel() takes 0 positional": "its librosa is too new: pip install 'librosa<0.10' there",
            "contains nan": "the line is silent: it needs a sound",
        },
    )


def hallo2(asked: Mapping[str, Any]) -> None:
    config = Path(asked["options"].get("config", "configs/inference/long.yaml"))
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "long.yaml")  # where films go is said in the configuration alone
        told, count = re.subn(r"(?m)^save_path:.*$", f"save_path: {folder}", config.read_text())
        own.write_text(told if count else f"{told}\nsave_path: {folder}\n")
        run_checkout(
            sys.argv[2],
            [
                *("scripts/inference_long.py", "--config", str(own)),
                *("--source_image", asked["still"], "--driving_audio", asked["audio"]),
            ],
            CAUSES,
        )
        taken(Path(folder), asked["out"])


def edtalk(asked: Mapping[str, Any]) -> None:
    run_checkout(
        sys.argv[2],
        [
            *("demo_lip_pose.py", "--source_path", asked["still"]),
            *("--audio_driving_path", asked["audio"], "--pose_driving_path", asked["video"]),
            *("--model_path", asked["options"].get("weights", "ckpts/EDTalk_lip_pose.pt")),
            *("--save_path", asked["out"]),
        ],
        CAUSES,
    )


def taken(folder: Path, out: str) -> None:
    """The newest film that a command left in a folder."""
    films = sorted(folder.rglob("*.mp4"), key=lambda film: film.stat().st_mtime)
    if not films:
        raise Refusal("the command ended without an error and without a film")
    shutil.move(films[-1], out)


READ = "follow the repository's README to fetch it"
MODELS: dict[str, tuple[Callable[[Mapping[str, Any]], None], dict[str, str]]] = {
    "latentsync": (
        latentsync,
        {
            "scripts/inference.py": "give --option lipsync.checkout= a checkout of LatentSync",
            "checkpoints": READ,
        },
    ),
    "musetalk": (
        musetalk,
        {
            "scripts/inference.py": "give --option lipsync.checkout= a checkout of MuseTalk",
            "models": READ,
        },
    ),
    "wav2lip": (
        wav2lip,
        {
            "inference.py": "give --option lipsync.checkout= a checkout of Wav2Lip",
            "checkpoints": READ,
        },
    ),
    "hallo2": (
        hallo2,
        {
            "scripts/inference_long.py": "give --option lipsync.checkout= a checkout of Hallo2",
            "pretrained_models": READ,
        },
    ),
    "edtalk": (
        edtalk,
        {
            "demo_lip_pose.py": "give --option lipsync.checkout= a checkout of EDTalk",
            "ckpts": READ,
        },
    ),
}


if __name__ == "__main__":
    job, needed = MODELS[sys.argv[1]]
    serve(sys.argv[1], lambda: checkout_version(needed), {"sync": job})
