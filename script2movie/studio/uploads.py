"""What comes from outside: hostile until proven otherwise.

In this order: size; what the bytes say it is, never its name; whether it is something else as
well; what its header promises, before anything is decoded; only then its pixels or samples, which
are written anew, so that nothing but them is kept. An upload's name is shown in a refusal and used
for nothing else.

Knows files and what the cast's own checks refuse; knows no project and no page. Those checks come
with scipy and OpenCV, which the first page does without: each is imported where it is made.
"""

import re
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from script2movie.errors import BankError, PlanError, StoryError, StudioError, writing
from script2movie.movie import Movie
from script2movie.names import one_name
from script2movie.screenplay import holds_plan, load_plan, open_story, read_fountain, restored
from script2movie.studio.limits import Limits

Changing = Callable[[], AbstractContextManager[None]]
"""Entered around a change of the folder, once the upload has been read, which takes longest."""

__all__ = [
    "kind_of",
    "person_name",
    "take_frame",
    "take_plan",
    "take_portrait",
    "take_story",
    "take_voice",
]

LONGEST_SIDE = 2400  # pixels a portrait is kept at, which is all that a likeness looks at
LONGEST_FRAME = 4096  # pixels of a frame of one's own, the widest film
MAX_PIXELS = 64_000_000  # of a picture: 400 MB where a progressive JPEG is decoded
QUALITY = 95  # of a photo written anew
MAX_RATE = 192_000  # samples a second
RECORDINGS = {"WAV": ".wav", "FLAC": ".flac", "Ogg": ".ogg", "MP3": ".mp3", "M4A": ".m4a"}
SCREENPLAYS = {".fountain", ".spmd", ".fdx"}
TEXTS = "text, Fountain or FDX"

_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"fLaC", "FLAC"),
    (b"OggS", "Ogg"),
    (b"ID3", "MP3"),
    (b"PK\x03\x04", "an archive"),
    (b"PK\x05\x06", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ", "an archive"),
    (b"\x28\xb5\x2f\xfd", "an archive"),
    (b"%PDF-", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"#!", "a program"),
)
_TRACK = re.compile(rb"hdlr.{8}(.{4})", re.DOTALL)  # what each track of an MP4 holds
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body")
_HIDDEN = (b"<script", b"<!doctype html", b"<html", b"<?php")  # markup inside something else


def kind_of(path: Path) -> str:
    """What a file's bytes say it is, in a word for a sentence; '' where they do not say."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\0"):
        return "nothing but zeros" if head else "empty"
    if head[:4] == b"RIFF" and head[8:12] in {b"WAVE", b"WEBP"}:
        return "WAV" if head[8:12] == b"WAVE" else "WEBP"
    if head[4:8] == b"ftyp":
        if head[8:12] in {b"heic", b"heix", b"mif1", b"msf1"}:
            return "a HEIC"
        tracks = set(_TRACK.findall(path.read_bytes()))
        return "M4A" if b"soun" in tracks and b"vide" not in tracks else "a video"
    if head[257:262] == b"ustar":
        return "an archive"
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        return "MP3"  # a frame without a tag before it
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return "a web page or XML"
    try:
        head[:4000].decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        return "" if error.start < 3990 else "text"
    return "text"


def person_name(text: str) -> str:
    """What somebody is called, as the cast folder has it.

    Raises:
        StudioError: nobody can be called that.
    """
    from script2movie.bank.names import name_fault

    name = one_name(text)
    if not name:
        raise StudioError("Type the person's name as the story has it.")
    if fault := name_fault(name):
        raise StudioError(f"The name {name[:40]!r} {fault}.")
    if name.startswith(".") or name.endswith("."):
        raise StudioError(f"The name {name[:40]!r} begins or ends with a dot: leave it away.")
    return name


def take_portrait(
    upload: Path, folder: Path, limits: Limits, changing: Changing = nullcontext
) -> Path:
    """A photo of one person into `folder` as `portrait-1.jpg` or the next free number.

    Raises:
        StudioError: it is no photo, or none that can be a portrait.
    """
    from script2movie.bank.photos import check_new_portrait

    _next_portrait(folder, limits)
    with tempfile.TemporaryDirectory(prefix="portrait-") as scratch:
        draft = _picture(upload, Path(scratch) / "photo", LONGEST_SIDE, limits)
        try:
            check_new_portrait(draft)
        except BankError as error:
            raise StudioError(_of(upload, draft, error)) from None
        with changing(), writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            number = _next_portrait(folder, limits)
            return _moved(draft, folder, f"portrait-{number}{draft.suffix}")


def _next_portrait(folder: Path, limits: Limits) -> int:
    """The next free number. Raises StudioError where there are enough."""
    numbers = [
        int(match[1])
        for path in folder.glob("portrait-*")
        if (match := re.fullmatch(r"portrait-(\d+)", path.stem))
    ]
    if len(numbers) >= limits.portraits:
        raise StudioError(f"{limits.portraits} portraits of one person are enough: remove one.")
    return max(numbers, default=0) + 1


def take_frame(
    upload: Path, folder: Path, shot_id: str, limits: Limits, changing: Changing = nullcontext
) -> Path:
    """A picture for one shot into `folder`, in place of what was there for it.

    Raises:
        StudioError: it is no picture.
    """
    with tempfile.TemporaryDirectory(prefix="frame-") as scratch:
        draft = _picture(upload, Path(scratch) / "frame", LONGEST_FRAME, limits)
        with changing(), writing(folder):
            folder.mkdir(exist_ok=True)
            for old in folder.glob(f"{shot_id}.*"):
                old.unlink()
            return _moved(draft, folder, f"{shot_id}{draft.suffix}")


def _moved(draft: Path, folder: Path, name: str) -> Path:
    """A file from elsewhere into a folder, whole or not at all."""
    part = folder / f".{name}.part"
    shutil.move(draft, part)
    return part.replace(folder / name)


def take_voice(
    upload: Path, folder: Path, limits: Limits, changing: Changing = nullcontext
) -> Path:
    """A recording into `folder` as `voice.flac`.

    Raises:
        StudioError: it is no recording, or none of a voice.
    """
    import soundfile  # type: ignore[import-untyped]

    from script2movie.bank.voices import read_voice_sample

    kind = _let_in(upload, limits.sound, set(RECORDINGS), "a recording", "WAV, MP3 or M4A")
    with tempfile.TemporaryDirectory(prefix="voice-") as scratch:
        content = Path(scratch) / f"upload{RECORDINGS[kind]}"  # a name that says what it is
        shutil.copyfile(upload, content)
        try:
            if kind != "M4A":  # of which no more is decoded than may be there
                _short_enough(upload, soundfile.info(content), limits)
            samples, rate = read_voice_sample(content)
        except soundfile.SoundFileError:
            raise StudioError(
                f"{_called(upload)} is not a recording that can be read: save it as WAV."
            ) from None
        except BankError as error:
            raise StudioError(_of(upload, content, error)) from None
    with changing(), writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / ".voice.flac"
        soundfile.write(draft, np.clip(samples, -1.0, 1.0), rate, format="FLAC", subtype="PCM_16")
    return draft.replace(folder / "voice.flac")


def _short_enough(upload: Path, header: Any, limits: Limits) -> None:
    """Raises StudioError where a recording's header promises more than may be decoded."""
    if header.channels > 2 or header.samplerate > MAX_RATE:
        raise StudioError(
            f"{_called(upload)} has {header.channels} channels at {header.samplerate} Hz: "
            f"save it with one or two, at up to {MAX_RATE} Hz."
        )
    if header.frames * header.channels > limits.samples:
        seconds = header.frames / header.samplerate
        raise StudioError(
            f"{_called(upload)} lasts {seconds / 60:.0f} minutes: cut it to ten or less."
        )


def take_story(upload: Path, limits: Limits) -> tuple[str, str]:
    """A story's text, Final Draft's as Fountain, and the suffix by which it is read.

    Raises:
        StudioError: it is no text, or a screenplay that cannot be read.
    """
    is_draft = upload.suffix.lower() == ".fdx"
    kinds = {"text", "a web page or XML"} if is_draft else {"text"}
    _let_in(upload, limits.plan if is_draft else 4 * limits.story, kinds, "a story", TEXTS)
    try:
        story = open_story(upload)
    except StoryError as error:
        raise StudioError(_of(upload, upload, error)) from None
    return story.text, ".fountain" if story.is_screenplay else ".md"


def take_plan(upload: Path, limits: Limits) -> Movie:
    """A plan that can be shot, from plan.json or a screenplay with a plan's notes.

    Raises:
        StudioError: all that is wrong with it.
    """
    is_draft = upload.suffix.lower() == ".fdx"
    kinds = {"text", "a web page or XML"} if is_draft else {"text"}
    _let_in(upload, limits.plan, kinds, "a plan", "plan.json, Fountain or FDX")
    try:
        if upload.suffix.lower() not in SCREENPLAYS:
            return load_plan(upload)
        script = read_fountain(open_story(upload).text)
        if not holds_plan(script):
            raise StudioError(
                f"{_called(upload)} is a screenplay without a plan in it: open it under Story."
            )
        return restored(script, _called(upload))
    except (PlanError, StoryError) as error:
        raise StudioError(str(error)) from None


def _let_in(upload: Path, limit: int, kinds: set[str], wanted: str, save_as: str) -> str:
    """The file's kind. Raises StudioError unless it is small, of one of the kinds and no other."""
    size = upload.stat().st_size
    if size > limit:
        raise StudioError(
            f"{_called(upload)} has {size / 1e6:.0f} MB: {wanted} may have {limit / 1e6:.0f} MB."
        )
    kind = kind_of(upload)
    if kind not in kinds:
        what = f"is {kind}" if kind else "is of no kind that is known here"
        raise StudioError(f"{_called(upload)} {what}, not {wanted}: give {save_as}.")
    if kind in {"text", "a web page or XML"}:
        return kind
    content = upload.read_bytes()
    lowered = content.lower()
    if (
        zipfile.is_zipfile(upload)
        or b"%pdf-" in lowered[:1024]
        or any(markup in lowered for markup in _HIDDEN)
    ):
        raise StudioError(
            f"{_called(upload)} is {kind} and something else as well: export it again as "
            f"{save_as} and nothing more."
        )
    return kind


def _picture(upload: Path, stem: Path, longest_side: int, limits: Limits) -> Path:
    """The picture's pixels in a file of our own: PNG where it is see-through, else JPEG."""
    from script2movie.bank.photos import read_portrait

    _let_in(upload, limits.picture, {"JPEG", "PNG", "WEBP"}, "a picture", "JPEG, PNG or WebP")
    content = stem.with_name(f"{stem.name}.upload")  # a name that says nothing
    try:
        with writing(content):
            content.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(upload, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(content, formats=("JPEG", "PNG", "WEBP")) as header:
                width, height = header.size
        if width * height > MAX_PIXELS:
            raise Image.DecompressionBombError
        photo = read_portrait(content, longest_side=longest_side)
    except Image.DecompressionBombError:
        raise StudioError(
            f"{_called(upload)} is too large: a picture may have {MAX_PIXELS / 1e6:.0f} million "
            "pixels."
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise StudioError(
            f"{_called(upload)} is damaged: copy or export it again as JPEG or PNG."
        ) from None
    except BankError as error:
        raise StudioError(_of(upload, content, error)) from None
    finally:
        content.unlink(missing_ok=True)
    if photo.matte is None:
        picture, path = Image.fromarray(photo.rgb), stem.with_name(f"{stem.name}.jpg")
    else:
        alpha = np.rint(photo.matte * 255).astype(np.uint8)
        picture = Image.fromarray(np.dstack([photo.rgb, alpha]))
        path = stem.with_name(f"{stem.name}.png")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, quality=QUALITY)
    return path


def _called(upload: Path) -> str:
    name = "".join(letter for letter in upload.name if letter.isprintable())
    return name if len(name) <= 60 else f"{name[:57]}..."


def _of(upload: Path, path: Path, error: Exception) -> str:
    """The refusal of a file by the name under which it came."""
    return str(error).replace(str(path), _called(upload)).rstrip(".") + "."
