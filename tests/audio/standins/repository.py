"""A stand-in for a lip-sync repository: it has the command line of one and brightens a mouth.

Copied into a folder under the name of the repository's own script. What it is given is written to
`asked.json`; the lower half of each frame becomes brighter where the sound is loud.
"""

import argparse
import json
import re
import sys
import wave
from pathlib import Path

import cv2
import numpy as np

KNOWN = {
    "latentsync": "unet_config_path inference_ckpt_path inference_steps guidance_scale video_path "
    "audio_path video_out_path seed",
    "musetalk": "inference_config result_dir version unet_model_path unet_config",
    "wav2lip": "checkpoint_path face audio outfile",
    "hallo2": "config source_image driving_audio",
    "edtalk": "source_path audio_driving_path pose_driving_path model_path save_path",
}

name = Path("name.txt").read_text()
read = argparse.ArgumentParser()
for option in KNOWN[name].split():
    read.add_argument(f"--{option}", required=True)
asked = vars(read.parse_args())
Path("asked.json").write_text(json.dumps(asked))
if Path("fail.txt").exists():
    print(Path("fail.txt").read_text(), file=sys.stderr)
    sys.exit(1)
video = asked.get("video_path") or asked.get("face") or asked.get("pose_driving_path")
audio = asked.get("audio_path") or asked.get("audio") or asked.get("audio_driving_path")
audio = audio or asked.get("driving_audio")
out = asked.get("video_out_path") or asked.get("outfile") or asked.get("save_path")
still = None
if name == "musetalk":
    task = json.loads(Path(asked["inference_config"]).read_text())["task_0"]
    video, audio, out = task["video_path"], task["audio_path"], asked["result_dir"] + "/v15/a.mp4"
if name == "hallo2":
    folder = re.search(r"(?m)^save_path: (.*)$", Path(asked["config"]).read_text())[1]
    still, out = cv2.imread(asked["source_image"]), f"{folder}/a.mp4"
with wave.open(audio) as file:
    rate, sound = file.getframerate(), np.frombuffer(file.readframes(10**9), "<i2")
assert rate == 16_000
frames = []
if still is None:
    film = cv2.VideoCapture(video)
    assert round(film.get(cv2.CAP_PROP_FPS)) == 25
    while (frame := film.read()[1]) is not None:
        frames.append(frame)
else:
    frames = [still.copy() for _ in range(int(len(sound) / rate * 25))]
Path(out).parent.mkdir(parents=True, exist_ok=True)
height, width = frames[0].shape[:2]
written = cv2.VideoWriter(out, cv2.VideoWriter_fourcc(*"mp4v"), 25, (width, height))
for number, frame in enumerate(frames):
    heard = sound[number * rate // 25 : (number + 1) * rate // 25].astype(float)
    if len(heard) and np.sqrt((heard**2).mean()) > 300:
        frame[height // 2 :] = np.minimum(frame[height // 2 :].astype(int) + 60, 255)
    written.write(frame)
written.release()
