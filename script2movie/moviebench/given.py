"""What a batch is given beside annotations: who says what, and pictures to start shots from.

    lines_from     a film's subtitles
    heard_lines    the words of the film's own clips, written down
    first_frames   the first frames of the film's own clips, as the paper's image-to-video rows have
    frames_from    keyframes that anybody made

Knows files; knows no plan.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from script2movie.annotations import ShotId
from script2movie.errors import DatasetError
from script2movie.media.clips import read_sound
from script2movie.moviebench.batch import Frames, Lines, lay
from script2movie.moviebench.dataset import Film
from script2movie.moviebench.frames import ClipFault, open_clip, read_clip
from script2movie.moviebench.layout import film_folder, find_predictions
from script2movie.moviebench.lines import lines_of_shot, read_subtitles, subtitle_files
from script2movie.perception.sound import HEARING_RATE
from script2movie.perception.transcript import Transcriber

__all__ = ["first_frames", "frames_from", "heard_lines", "lines_from"]

Said = Mapping[str, Sequence[tuple[str, str]]]


def lines_from(folder: Path, films: Sequence[Film]) -> Lines:
    """The lines of `<movie>.srt`; a film without one is silent.

    Raises DatasetError where none of the films has one.
    """
    files = subtitle_files(folder, films)

    def lines(film: Film) -> Said:
        if film not in files:
            return {}
        spoken = [line for line in read_subtitles(files[film]) if re.search(r"\w", line.text)]
        return {
            shot.name: [(line.speaker, line.text) for line in lines_of_shot(spoken, shot.span)]
            for shot in film.shots
        }

    return lines


def heard_lines(run: Path) -> Lines:
    """What Whisper tiny.en hears in each clip, said by nobody in particular; kept in `run`.

    Raises WeightsError where the model is not here.
    """
    transcriber = Transcriber()

    def write(clip: Path, path: Path) -> None:
        try:
            heard = transcriber.text(read_sound(clip, HEARING_RATE), HEARING_RATE)
        except ValueError:  # a clip without sound
            heard = ""
        path.write_text(heard, encoding="utf-8")

    def lines(film: Film) -> Said:
        said = {}
        for shot in film.shots:
            clip = film.clip(shot)
            if clip is None or not clip.stat().st_size:
                continue
            folder = film_folder(run, film.name)
            path = folder / "heard" / f"{shot.name}.txt"
            lay(clip, path, write, folder)
            text = path.read_text(encoding="utf-8").strip()
            said[shot.name] = [("", text)] if re.search(r"\w", text) else []
        return said

    return lines


def first_frames(run: Path) -> Frames:
    """The first frame of the film's own clip of a shot, as a PNG that is kept in `run`."""

    def write(clip: Path, path: Path) -> None:
        open_clip(clip)
        frame = next(read_clip(clip, [0]))
        Image.fromarray(frame).save(path, "PNG")

    def frame(film: Film, shot: ShotId) -> Path:
        clip = film.clip(shot)
        if clip is None:
            raise DatasetError(f"there is no clip of {shot.name} to take its first frame from")
        folder = film_folder(run, film.name)
        path = folder / "frames" / f"{shot.name}.png"
        try:
            lay(clip, path, write, folder)
        except ClipFault as error:
            raise DatasetError(str(error)) from None
        return path

    return frame


def frames_from(folder: Path, films: Sequence[Film]) -> tuple[Frames, tuple[str, ...]]:
    """`<movie>/<shot id>.jpg` of a folder, and what there is odd in it.

    Raises DatasetError where it holds no picture of these films.
    """
    found = find_predictions(folder, films, "keyframes")

    def frame(film: Film, shot: ShotId) -> Path:
        if shot not in found.files:
            raise DatasetError(f"{folder} has no picture {film.name}/{shot.name}.jpg")
        return found.files[shot]

    return frame, found.remarks
