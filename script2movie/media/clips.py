"""Frames to clips, clips to a film, a film back to frames: ffmpeg, run as a program of its own.

Every clip is encoded once with the same settings, so a film is its clips' packets in a row:
nothing is encoded twice and memory does not grow with the film.
"""

import errno
import os
import shutil
import subprocess
import tempfile
import wave
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BackendUnavailable, OutputError
from script2movie.stages import MIX_RATE

__all__ = [
    "ENCODER",
    "Picture",
    "encode",
    "ffmpeg",
    "join_clip",
    "read_frames",
    "read_nv12",
    "read_sound",
    "recoded",
    "stitch",
    "without_sound",
    "write_png",
    "write_wav",
]

Picture = NDArray[np.uint8]

# One place for the settings of the picture: the benchmark encodes with the same.
ENCODER = (
    # Beside veryfast at crf 20: two thirds of the time and the same SSIM, for more bytes (8.7 MB
    # to 14.5 for the example).
    *("-c:v", "libx264", "-preset", "superfast", "-x264-params", "mbtree=1:rc-lookahead=10"),
    *("-crf", "19", "-pix_fmt", "nv12"),
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
    *("-color_range", "tv"),
)
# What a generative animator made is kept to the byte, every frame on its own: Ut Video, in a fifth
# of FFV1's time and a seventh to two fifths more bytes. yuv420p holds NV12's bytes, reordered.
LOSSLESS = (
    *("-c:v", "utvideo", "-pred", "median", "-threads", "2"),
    *("-pix_fmt", "yuv420p", "-color_range", "tv"),
)
EXACT = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
SOUND = ("-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k")  # the better coder at high rates


def ffmpeg() -> str:
    """The ffmpeg that encodes and decodes here.

    Raises:
        BackendUnavailable: there is none.
    """
    try:
        program = str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        program = ""
    if not program or shutil.which(program) is None:
        raise BackendUnavailable(
            f"there is no ffmpeg {f'at {program} ' if program else ''}on this machine: unset "
            "IMAGEIO_FFMPEG_EXE, then pip install --force-reinstall imageio-ffmpeg"
        )
    return program


def encode(
    frames: Iterable[NDArray[np.uint8]],
    path: Path,
    *,
    width: int,
    height: int,
    fps: int,
    lossless: bool = False,
) -> int:
    """Writes NV12 frames to a film without sound; returns how many there were.

    That is an MP4 as a clip is, or where it is `lossless` a Matroska file that gives back every
    byte (`read_nv12`).

    Raises:
        OutputError: ffmpeg could not write the file.
        OSError: the disk is full.
    """
    shape = (height * 3 // 2, width)
    command = [
        *(ffmpeg(), "-v", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "nv12", "-s", f"{width}x{height}", "-r", str(fps)),
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-color_range", "tv", "-i", "-"),
    ]
    if lossless:
        command += [*LOSSLESS, *EXACT, "-f", "matroska", str(path)]
    else:
        command += [*ENCODER, "-g", str(2 * fps), *EXACT]
        command += ["-video_track_timescale", str(512 * fps), "-f", "mp4", str(path)]
    count = 0
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=log, stdout=subprocess.DEVNULL, pipesize=1 << 20
        )
        assert process.stdin is not None
        try:
            for frame in frames:
                assert frame.shape == shape, f"a frame is {frame.shape}, not {shape}"
                process.stdin.write(np.ascontiguousarray(frame).data)
                count += 1
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg has stopped; its own words follow
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            with suppress(BrokenPipeError):  # what ffmpeg did not take is still in the pipe
                process.stdin.close()
        if process.wait() != 0:
            log.seek(0)
            raise _refusal(path, log.read())
    return count


def join_clip(picture: Path, track: NDArray[np.float32], path: Path, scratch: Path) -> None:
    """One shot with its sound: the picture's packets as they are, the track (N, 2) as AAC."""
    wav = scratch / "track.wav"
    write_wav(track, wav, MIX_RATE)
    _run(
        [
            *("-i", str(picture), "-i", str(wav), "-map", "0:v", "-map", "1:a", "-c:v", "copy"),
            *(*SOUND, *EXACT, "-movflags", "+faststart", "-f", "mp4", str(path)),
        ],
        path,
    )


def without_sound(clip: Path, path: Path) -> None:
    """A clip's picture alone, its packets as they are."""
    copied = ("-i", str(clip), "-map", "0:v", "-c:v", "copy", *EXACT)
    _run([*copied, "-movflags", "+faststart", "-f", "mp4", str(path)], path)


def stitch(
    pictures: Sequence[Path],
    sound: Path,
    subtitles: Path | None,
    path: Path,
    scratch: Path,
    metadata: Mapping[str, str],
) -> None:
    """The film: the pictures' packets in a row, one soundtrack, one subtitle track, faststart."""
    listing = scratch / "pictures.txt"
    lines = ("file '" + str(p.resolve()).replace("'", "'\\''") + "'\n" for p in pictures)
    listing.write_text("".join(lines), encoding="utf-8")
    command = ["-f", "concat", "-safe", "0", "-i", str(listing), "-i", str(sound)]
    if subtitles is not None:
        command += ["-i", str(subtitles)]
    command += ["-map", "0:v", "-map", "1:a", "-c:v", "copy", *SOUND]
    if subtitles is not None:
        command += ["-map", "2:s", "-c:s", "mov_text", "-metadata:s:s:0", "language=eng"]
    for key, value in metadata.items():
        command += ["-metadata", f"{key}={value}"]
    command += [*EXACT, "-movflags", "+faststart", "-f", "mp4", str(path)]
    _run(command, path)


def read_frames(
    path: Path, *, every: Sequence[int] | None = None, width: int = 0, height: int = 0
) -> Iterator[NDArray[np.uint8]]:
    """The frames of a film as RGB (height, width, 3), in order, streamed.

    `every` keeps only the frames with these numbers (from 0, ascending); `width` and `height`
    scale them, 0 keeps the film's size.
    """
    size = (width, height) if width and height else _size(path)
    chosen = "" if every is None else "+".join(f"eq(n\\,{n})" for n in every)
    filters = [f"select={chosen}"] if chosen else []
    filters += [f"scale={size[0]}:{size[1]}:flags=area"] if width and height else []
    command = [ffmpeg(), "-v", "error", "-nostdin", "-i", str(path)]
    command += ["-vf", ",".join(filters)] if filters else []
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        num_bytes = size[0] * size[1] * 3
        while len(raw := process.stdout.read(num_bytes)) == num_bytes:
            yield np.frombuffer(raw, np.uint8).reshape(size[1], size[0], 3)


def read_sound(path: Path, rate: int, seconds: float = float("inf")) -> NDArray[np.float32]:
    """The first `seconds` of a file's sound, mono (N,) in -1..1 at `rate`.

    Raises:
        ValueError: there is no sound in it, in ffmpeg's words.
    """
    command = [ffmpeg(), "-v", "error", "-nostdin", "-protocol_whitelist", "file"]
    command += ["-i", str(path), "-vn", "-ac", "1"]
    command += ["-t", str(seconds)] if seconds != float("inf") else []
    command += ["-ar", str(rate), "-f", "f32le", "-"]
    process = subprocess.run(command, capture_output=True, check=False)
    samples = np.frombuffer(process.stdout, "<f4")
    if process.returncode != 0 or not len(samples):
        words = process.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(words[-1] if words else "it holds no sound")
    return samples.astype(np.float32)


def read_nv12(
    path: Path, *, width: int, height: int, sums: Sequence[int]
) -> Iterator[NDArray[np.uint8]]:
    """The NV12 frames (height * 3 // 2, width) of a film written without loss, streamed.

    `sums` has the CRC-32 of each.

    Raises:
        OutputError: the file is damaged.
    """
    command = [
        *(ffmpeg(), "-v", "quiet", "-nostdin", "-i", str(path)),
        *("-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "nv12", "-"),
    ]
    num_bytes = width * height * 3 // 2
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            for number in sums:
                raw = bytearray(process.stdout.read(num_bytes))
                if zlib.crc32(raw) != number:
                    raise OutputError(f"{path} is damaged: delete it and run again")
                yield np.frombuffer(raw, np.uint8).reshape(height * 3 // 2, width)
        finally:  # whoever reads may have enough, of this or of the file
            process.kill()


def recoded(rgb: Picture, *, crf: int) -> Picture:
    """A picture (H, W, 3) with even sides as it comes back out of H.264 at this quality, 0 to 51.

    Raises:
        OutputError: ffmpeg could not code it.
    """
    height, width = rgb.shape[:2]
    with tempfile.TemporaryDirectory() as scratch:
        still, film = Path(scratch, "still.png"), Path(scratch, "still.mp4")
        write_png(rgb, still)
        quality = ("-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf))
        _run(["-i", str(still), *quality, "-pix_fmt", "yuv420p", str(film)], film)
        return next(read_frames(film, width=width, height=height))


def write_wav(samples: NDArray[np.float32], path: Path, rate: int) -> None:
    """Samples (N,) or (N, channels) in -1..1 as 16 bits.

    Raises:
        OSError: the disk is full (libsndfile, which reads our sounds, would not say).
    """
    whole = np.clip(np.rint(samples * 32767), -32768, 32767).astype("<i2")
    with path.open("wb") as whole_file, wave.open(whole_file, "wb") as file:
        file.setparams((1 if samples.ndim == 1 else samples.shape[1], 2, rate, 0, "NONE", ""))
        file.writeframes(whole.tobytes())


def write_png(rgb: NDArray[np.uint8], path: Path) -> None:
    """An RGB picture (height, width, 3) as a PNG."""
    done, coded = cv2.imencode(".png", rgb[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done
    path.write_bytes(coded.tobytes())


def _size(path: Path) -> tuple[int, int]:
    capture = cv2.VideoCapture(str(path))
    size = (int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))
    capture.release()
    return size


def _run(arguments: list[str], path: Path) -> None:
    command = [ffmpeg(), "-v", "error", "-y", "-nostdin", *arguments]
    process = subprocess.run(command, capture_output=True, check=False)
    if process.returncode != 0:
        raise _refusal(path, process.stderr)


def _refusal(path: Path, log: bytes) -> Exception:
    words = log.decode(errors="replace").strip().splitlines()
    if any("No space left" in line for line in words):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    return OutputError(
        f"ffmpeg could not write {path}: {words[-1] if words else 'no reason given'}"
    )
