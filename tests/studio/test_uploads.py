"""What comes from outside is hostile until proven otherwise; each refusal is one sentence."""

import io
import struct
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from script2movie.bank import default_figures
from script2movie.errors import StudioError
from script2movie.media.clips import ffmpeg
from script2movie.screenplay import save_movie, save_plan
from script2movie.studio import uploads
from script2movie.studio.limits import Limits

from .conftest import OWN_CAST
from .films import small_movie

LIMITS = Limits()
VOICE = OWN_CAST / "cast" / "Iris Vale" / "voice.flac"
Give = Callable[..., Path]


@pytest.fixture
def give(tmp_path: Path) -> Give:
    def write(name: str, content: bytes) -> Path:
        path = tmp_path / "uploads" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def face(kind: str = "JPEG", size: int = 400) -> bytes:
    with Image.open(default_figures()[0].portrait) as portrait:
        whole = io.BytesIO()
        portrait.convert("RGB").resize((size, size)).save(whole, kind)
    return whole.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises so many pixels and holds next to none."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def archive() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        file.writestr("portrait.jpg", b"x")
    return whole.getvalue()


def refused(call: Callable[..., object], *given: object) -> str:
    with pytest.raises(StudioError) as refusal:
        call(*given)
    said = str(refusal.value)
    assert "\n" not in said and said.endswith(".") and len(said) < 260, said
    return said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("zeros.png", b"\0" * 50_000_000, "50 MB"),
        ("small-zeros.png", b"\0" * 5_000, "nothing but zeros"),
        ("bomb.png", png_header(30_000, 30_000), "too large"),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>", "a web page"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a web page or XML"),
        ("cast.zip.jpg", archive(), "an archive"),
        ("zip.jpg", face() + archive(), "something else as well"),
        ("script.jpg", face() + b"<script>alert(1)</script>", "something else as well"),
        ("php.png", face("PNG") + b"<?php system($_GET[0]); ?>", "something else as well"),
        ("cut.jpg", face()[:3000], "damaged"),
        ("empty.png", b"", "empty"),
        ("words.png", b"just words", "text"),
        ("program.png", b"\x7fELF" + bytes(100), "a program"),
        ("moving.gif", b"GIF89a" + bytes(100), "a GIF"),
        ("phone.jpg", b"\0\0\0\x18ftypheic" + bytes(100), "a HEIC"),
        ("random.jpg", bytes(range(128, 256)) * 40, "no kind that is known"),
    ],
)
def test_what_is_no_portrait_is_refused(
    name: str, content: bytes, said: str, give: Give, tmp_path: Path
) -> None:
    folder = tmp_path / "cast" / "Anna"
    told = refused(uploads.take_portrait, give(name, content), folder, LIMITS)
    assert said in told and name in told
    assert not folder.exists() or not list(folder.iterdir())


def test_a_picture_without_a_face_is_refused(give: Give, tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (300, 300), "navy").save(whole, "PNG")
    upload = give("sky.png", whole.getvalue())
    assert "sky.png shows no face" in refused(
        uploads.take_portrait, upload, tmp_path / "cast", LIMITS
    )


def test_a_portrait_is_kept_as_pixels_alone_whatever_its_name(give: Give, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret in the description"
    whole = io.BytesIO()
    with Image.open(io.BytesIO(face())) as portrait:
        portrait.save(whole, "JPEG", exif=exif)
    for number, name in enumerate(("$(reboot).jpg", "photo.exe", "é\u202egpj"), 1):
        kept = uploads.take_portrait(give(name, whole.getvalue()), tmp_path / "Anna", LIMITS)
        assert kept == tmp_path / "Anna" / f"portrait-{number}.jpg"
        assert b"secret" not in kept.read_bytes()
    limited = Limits(portraits=3)
    refused(uploads.take_portrait, give("four.jpg", face()), tmp_path / "Anna", limited)


def test_voices(give: Give, tmp_path: Path) -> None:
    speech, rate = soundfile.read(VOICE, dtype="float32")
    whole = io.BytesIO()
    soundfile.write(whole, speech, rate, format="WAV")
    kept = uploads.take_voice(give("me.mp3", whole.getvalue()), tmp_path / "Anna", LIMITS)
    assert kept.name == "voice.flac" and soundfile.info(kept).frames == len(speech)

    plain = ("-f", "mp3", "-id3v2_version", "0", "-write_xing", "0")  # frames and nothing else
    two_hours = 120 * coded(*plain, "-ar", "8000", "-b:a", "8k", seconds=60)
    assert len(two_hours) < LIMITS.sound
    upload = give("long.mp3", two_hours)
    assert "10 minutes" in refused(uploads.take_voice, upload, tmp_path / "B", LIMITS)

    for name, content, said in (
        ("voice.mp3", face(), "is JPEG, not a recording: give WAV, MP3 or M4A"),
        ("voice.wav", whole.getvalue() + archive(), "something else as well"),
        ("voice.wav", b"RIFF\0\0\0\0WAVEfmt ", "not a recording that can be read"),
    ):
        upload = give(name, content)
        told = refused(uploads.take_voice, upload, tmp_path / "B", LIMITS)
        assert said in told
    assert not list(tmp_path.glob("B/voice*"))


def coded(*options: str, seconds: float = 4.0) -> bytes:
    """A voice as ffmpeg writes it, over and over: AAC in MP4 where nothing else is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        voice = ("-stream_loop", "-1", "-i", str(VOICE))
        told = (*(options or ("-f", "ipod")), "-t", str(seconds), str(path))
        subprocess.run([ffmpeg(), "-v", "error", *voice, *told], check=True)
        return path.read_bytes()


def loudness(path: Path) -> np.ndarray:
    """Of every 50 ms."""
    samples, rate = soundfile.read(path)
    window = rate // 20
    parts = samples[: len(samples) // window * window].reshape(-1, window)
    return np.sqrt(np.mean(parts**2, axis=1))


@pytest.mark.parametrize("name", ["memo.m4a", "memo.wav", "memo"])
@pytest.mark.parametrize(
    "options",
    [
        ("-f", "ipod"),  # M4A, as a telephone records it
        ("-f", "mp4", "-ac", "2"),
        ("-f", "mov"),
        ("-f", "mp3"),
        ("-f", "mp3", "-id3v2_version", "0", "-write_xing", "0"),  # no tag before it
        ("-f", "flac"),
        ("-f", "ogg"),
    ],
)
def test_a_recording_is_known_by_its_content(
    options: tuple[str, ...], name: str, give: Give, tmp_path: Path
) -> None:
    kept = uploads.take_voice(give(name, coded(*options)), tmp_path / "Anna", LIMITS)
    assert kept.name == "voice.flac"
    heard, said = loudness(kept), loudness(VOICE)
    assert len(heard) == pytest.approx(80, abs=2)
    late = (np.corrcoef(heard[delay : delay + 76], said[:76])[0, 1] for delay in range(3))
    assert max(late) > 0.9  # an MP3 without a tag begins with its coder's delay
    assert [path.name for path in (tmp_path / "Anna").iterdir()] == ["voice.flac"]


def test_recordings_in_mp4_that_are_refused(give: Give, tmp_path: Path) -> None:
    minute = give("minute.m4a", coded("-b:a", "16k", "-ar", "16000", "-f", "ipod", seconds=60))
    path = tmp_path / "two hours.m4a"
    again = (ffmpeg(), "-v", "error", "-stream_loop", "119", "-i", str(minute), "-c", "copy")
    subprocess.run([*again, "-f", "ipod", str(path)], check=True)
    two_hours = path.read_bytes()
    assert 10_000_000 < len(two_hours) < LIMITS.sound
    picture = ("-f", "lavfi", "-i", "color=size=64x64:duration=3")
    short = coded()
    for name, content, said in (
        ("long.m4a", two_hours, "long.m4a lasts more than 10 minutes"),
        ("moving.m4a", coded(*picture, "-f", "mp4"), "moving.m4a is a video, not a recording"),
        ("cut.m4a", short[: len(short) // 2], "cut.m4a is"),
        ("page.m4a", short + b"<script>alert(1)</script>", "something else as well"),
        ("list.m4a", b"#EXTM3U\n#EXTINF:9,\n/etc/passwd\n", "is text, not a recording"),
    ):
        assert said in refused(uploads.take_voice, give(name, content), tmp_path / "B", LIMITS)
    assert not (tmp_path / "B").exists()


def test_stories_and_plans(give: Give, tmp_path: Path) -> None:
    told = uploads.take_story(give("story.txt", b"Anna waits."), LIMITS)
    assert told == ("Anna waits.", ".md")
    assert uploads.take_story(give("s.fountain", b"INT. A - DAY\n\nB."), LIMITS)[1] == ".fountain"
    draft = tmp_path / "plan.fdx"
    save_movie(small_movie(), draft)
    text, suffix = uploads.take_story(draft, LIMITS)
    assert suffix == ".fountain" and "INT. KITCHEN - DAY" in text
    assert uploads.take_plan(draft, LIMITS) == small_movie()
    upload = give("s.fountain", b"INT. A - DAY\n\nB.")
    assert "without a plan in it" in refused(uploads.take_plan, upload, LIMITS)
    for name, content in (("story.md", archive()), ("story.md", face()), ("story.txt", b"")):
        upload = give(name, content)
        refused(uploads.take_story, upload, LIMITS)
    plan = tmp_path / "plan.json"
    save_plan(small_movie(), plan)
    assert uploads.take_plan(plan, LIMITS) == small_movie()
    with pytest.raises(StudioError, match="is not JSON"):
        uploads.take_plan(give("plan.json", b"{"), LIMITS)


@pytest.mark.parametrize("name", ["", "  ", "../x", "a/b", "a\\b", ".", "..", ".hidden", "x" * 61])
def test_names_that_nobody_has(name: str) -> None:
    refused(uploads.person_name, name)


def test_names_that_people_have() -> None:
    for name in ("Anna", "Old Tom", "Jean-Luc O'Neill", "李雷", "Zoë"):
        assert uploads.person_name(f" {name} ") == name
