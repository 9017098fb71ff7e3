"""Frames that cost too much to make twice, as a folder: every byte of the pictures and the meshes.

    frames.mkv       the pictures, without loss
    frames.listing   a sum of each picture, and whose mesh is where in which frame

Streams both ways but for the meshes, which are 4 KB a face and frame.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.media import artefacts, clips
from script2movie.stages import FaceTrack, Frame

__all__ = ["load_frames", "read_rgb", "save_frames"]


@dataclass(frozen=True)
class _Listing:
    """The CRC-32 of every frame, and the meshes by the number of their frame."""

    sums: tuple[int, ...]
    frames: tuple[int, ...]
    tracks: tuple[FaceTrack, ...]


def save_frames(frames: Iterable[Frame], folder: Path, *, width: int, height: int, fps: int) -> int:
    """Writes the frames of one shot into a new folder; returns how many there were.

    Raises:
        OutputError, OSError: as `clips.encode`.
    """
    sums: list[int] = []
    numbers: list[int] = []
    tracks: list[FaceTrack] = []

    def pictures() -> Iterator[clips.Picture]:
        for number, frame in enumerate(frames):
            sums.append(zlib.crc32(np.ascontiguousarray(frame.nv12).data))
            numbers.extend([number] * len(frame.faces))
            tracks.extend(frame.faces)
            yield frame.nv12

    folder.mkdir()
    count = clips.encode(
        pictures(), folder / "frames.mkv", width=width, height=height, fps=fps, lossless=True
    )
    listing = _Listing(tuple(sums), tuple(numbers), tuple(tracks))
    artefacts.save(listing, folder / "frames.listing")
    return count


def load_frames(folder: Path, *, width: int, height: int) -> Iterator[Frame]:
    """The frames as they were saved, streamed; each may be written to.

    Raises:
        OutputError: the folder is damaged.
    """
    listing = artefacts.load(folder / "frames.listing", _Listing)
    meshes: dict[int, tuple[FaceTrack, ...]] = {}
    for number, track in zip(listing.frames, listing.tracks, strict=True):
        meshes[number] = (*meshes.get(number, ()), track)
    pictures = clips.read_nv12(folder / "frames.mkv", width=width, height=height, sums=listing.sums)
    for number, nv12 in enumerate(pictures):
        yield Frame(np.asarray(nv12), meshes.get(number, ()))


def read_rgb(folder: Path, numbers: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """Some of the frames as RGB (height, width, 3), by their ascending numbers."""
    return clips.read_frames(folder / "frames.mkv", every=numbers)
