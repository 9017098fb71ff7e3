"""The cast folder: every layout a person may have, every fault with one clear sentence."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from script2movie.bank import default_figures, read_bank
from script2movie.errors import BankError, WeightsError
from script2movie.movie import Age, Gender

RATE = 16_000


@pytest.fixture(scope="module")
def people() -> list[Image.Image]:
    """Three people on grey, 400 px wide, the face about a third of the height or more."""
    pictures = []
    for figure in default_figures()[:3]:
        with Image.open(figure.portrait) as portrait:
            cut = portrait.convert("RGBA")
        behind = Image.new("RGBA", cut.size, (150, 150, 145, 255))
        person = Image.alpha_composite(behind, cut).convert("RGB")
        person = person.crop((0, 0, person.width, min(person.height, round(person.width * 1.2))))
        pictures.append(ImageOps.contain(person, (400, 480)))
    return pictures


@pytest.fixture
def photo(people: list[Image.Image]) -> Image.Image:
    return people[0]


def speech_like(seconds: float, loudness: float = 0.2) -> np.ndarray:
    """A buzz in syllables, four bursts a second, whose pitch goes up and down as a voice's does."""
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 120 * 1.25 ** np.sin(2 * np.pi * 1.3 * time)
    buzz = np.cumsum(pitch) / RATE % 1.0 - 0.5
    return (2 * loudness * buzz * (np.sin(2 * np.pi * 4 * time) > -0.3)).astype(np.float32)


def put(path: Path, photo: Image.Image, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    photo.save(path, **options)
    return path


def refusal(folder: Path) -> str:
    with pytest.raises(BankError) as caught:
        read_bank(folder)
    return str(caught.value)


# --- layouts ----------------------------------------------------------------------------------


def test_a_folder_a_person(tmp_path: Path, photo: Image.Image) -> None:
    put(tmp_path / "Zoë O'Neil" / "side.png", photo)
    put(tmp_path / "Zoë O'Neil" / "portrait.jpg", photo)
    soundfile.write(tmp_path / "Zoë O'Neil" / "voice.wav", speech_like(3), RATE)
    (tmp_path / "Zoë O'Neil" / "voice.txt").write_text("The words\nof it.\n", "utf-8")
    (tmp_path / "Zoë O'Neil" / "about.txt").write_text("A woman of 70.\nAlso: Granny, Zo\n")
    (tmp_path / "Ben").mkdir()
    (tmp_path / "Ben" / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "Thumbs.db").write_bytes(b"\0")
    (tmp_path / "README.md").write_text("who is who")
    ben, zoe = read_bank(tmp_path)
    assert (ben.name, ben.portraits) == ("Ben", ())
    assert zoe.name == "Zoë O'Neil"
    assert [portrait.path.name for portrait in zoe.portraits] == ["portrait.jpg", "side.png"]
    assert zoe.voice_sample is not None
    assert zoe.voice_sample.transcript == "The words of it."
    assert (zoe.gender, zoe.age, zoe.aliases) == (Gender.FEMALE, Age.OLD, ("Granny", "Zo"))
    assert zoe.about == "A woman of 70."


def test_a_flat_folder_of_portraits(tmp_path: Path, photo: Image.Image) -> None:
    put(tmp_path / "Juno_MacGuff.jpg", photo)
    put(tmp_path / "Old Tom.png", photo)
    assert [one.name for one in read_bank(tmp_path)] == ["Juno MacGuff", "Old Tom"]


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Elliot_Page-Juno_MacGuff", "Juno MacGuff"),
        ("J.K._Simmons-Mac_MacGuff", "Mac MacGuff"),
        ("Jean-Claude_Van_Damme-Guile", "Guile"),
        ("Tobey_Maguire-Spider-Man", "Spider-Man"),
        ("Penélope_Cruz-María_Elena", "María Elena"),
        ("Common-Elam", "Elam"),
        ("Lupita_Nyong'o-Patsey", "Patsey"),
    ],
)
def test_moviebench_folders(tmp_path: Path, photo: Image.Image, folder: str, name: str) -> None:
    put(tmp_path / folder / "8_0.jpg", photo)
    put(tmp_path / folder / "best.jpg", photo)
    (character,) = read_bank(tmp_path)
    assert character.name == name
    assert [portrait.path.name for portrait in character.portraits] == ["best.jpg", "8_0.jpg"]


def test_a_folder_name_with_a_hyphen_is_a_name(tmp_path: Path, photo: Image.Image) -> None:
    put(tmp_path / "Mary-Ann" / "portrait.jpg", photo)
    assert [one.name for one in read_bank(tmp_path)] == ["Mary-Ann"]


def test_layouts_are_not_mixed(tmp_path: Path, photo: Image.Image) -> None:
    put(tmp_path / "Anna" / "portrait.jpg", photo)
    put(tmp_path / "Ben.jpg", photo)
    assert "holds both folders (Anna) and portraits (Ben.jpg)" in refusal(tmp_path)
    (tmp_path / "Ben.jpg").unlink()
    put(tmp_path / "Elliot_Page-Juno" / "best.jpg", photo)
    assert "mixes MovieBench's" in refusal(tmp_path)


# --- photos -----------------------------------------------------------------------------------


def darker(photo: Image.Image) -> Image.Image:
    return Image.eval(photo, lambda level: level // 8)


def with_alpha(photo: Image.Image) -> Image.Image:
    cut = photo.convert("RGBA")
    cut.putalpha(Image.new("L", photo.size, 230))
    return cut


def far_away(photo: Image.Image) -> Image.Image:
    street = Image.new("RGB", (1600, 1200), (120, 125, 130))
    street.paste(photo.resize((240, round(240 * photo.height / photo.width))), (700, 500))
    return street


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Anna.png", with_alpha),
        ("Anna.png", lambda photo: photo.convert("P")),
        ("Anna.png", lambda photo: photo.convert("L")),
        ("Anna.jpg", lambda photo: photo.convert("CMYK")),
        ("Anna.JPG", darker),
        ("Anna.webp", lambda photo: ImageOps.contain(photo, (130, 130))),
        ("Anna.jpg", far_away),
        ("Anna.tiff", lambda photo: photo),
        ("Anna.bmp", ImageOps.mirror),
    ],
)
def test_any_photo_of_one_person_will_do(
    tmp_path: Path, photo: Image.Image, name: str, change: Callable[[Image.Image], Image.Image]
) -> None:
    put(tmp_path / name, change(photo))
    assert len(read_bank(tmp_path)[0].portraits) == 1


def test_a_photo_turned_by_its_exif_is_upright(tmp_path: Path, photo: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a turn of 90 degrees clockwise
    put(tmp_path / "Anna.jpg", photo.transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert read_bank(tmp_path)[0].name == "Anna"


def test_a_small_face_behind_is_not_the_portrait(tmp_path: Path, people: list[Image.Image]) -> None:
    pair = Image.new("RGB", (700, 480), (150, 150, 145))
    pair.paste(people[0], (0, 0))
    pair.paste(people[1].resize((people[1].width // 3, people[1].height // 3)), (500, 200))
    put(tmp_path / "Anna.jpg", pair)
    assert read_bank(tmp_path)[0].name == "Anna"


def three_people(people: list[Image.Image]) -> Image.Image:
    together = Image.new("RGB", (1200, 480), (150, 150, 145))
    for number, person in enumerate(people):
        together.paste(person, (400 * number, 0))
    return together


def test_three_faces_are_refused(tmp_path: Path, people: list[Image.Image]) -> None:
    put(tmp_path / "Anna.jpg", three_people(people))
    assert "Anna.jpg shows 3 faces of like size: crop it to one person" in refusal(tmp_path)


def test_a_photo_without_a_face_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "Anna.jpg", Image.effect_noise((400, 400), 60).convert("RGB"))
    assert "Anna.jpg shows no face" in refusal(tmp_path)


def test_photos_that_cannot_be_read_are_refused(tmp_path: Path, photo: Image.Image) -> None:
    put(tmp_path / "Ann.png", Image.new("RGB", (1, 1)))
    put(tmp_path / "Ben.png", Image.new("1", (20_000, 60)))
    put(tmp_path / "Cay.png", Image.new("1", (12_000, 12_000)))
    whole = put(tmp_path / "Dan.jpg", photo).read_bytes()
    (tmp_path / "Dan.jpg").write_bytes(whole[: len(whole) // 3])
    (tmp_path / "Eve.jpg").write_bytes(b"not a photo at all")
    (tmp_path / "Fay.HEIC").write_bytes(b"\0\0\0\x18ftypheic")
    (tmp_path / "Fia.jpg").write_bytes(b"\0\0\0\x18ftypheic" + bytes(99))
    (tmp_path / "Gil.jpg").write_bytes(b"")
    put(tmp_path / "Hal.webp", photo, save_all=True, append_images=[ImageOps.mirror(photo)])
    put(tmp_path / "Ida.gif", photo)
    lines = refusal(tmp_path).splitlines()
    told = [
        "1 x 1 px",
        "20000 x 60 px",
        "12000 x 12000 px",
        "is damaged",
        "is not a photo",
        "heif-convert 'Fay.HEIC' 'Fay.jpg'",
        "mv 'Fia.jpg' 'Fia.heic' && heif-convert 'Fia.heic' 'Fia.jpg'",
        "is not a photo",
        "has 2 frames",
        "is a GIF",
    ]
    assert len(lines) == len(told)
    assert all(words in line for words, line in zip(told, lines, strict=True))


def test_face_weights_that_are_missing_are_named(
    tmp_path: Path, photo: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "Anna.jpg", photo)
    monkeypatch.setenv("SCRIPT2MOVIE_WEIGHTS", str(tmp_path / "nowhere"))
    with pytest.raises(WeightsError):
        read_bank(tmp_path)


# --- folders and names ------------------------------------------------------------------------


def test_a_folder_that_is_none(tmp_path: Path, photo: Image.Image) -> None:
    assert "is empty" in refusal(tmp_path)
    assert "cannot be read" in refusal(tmp_path / "nowhere")
    file = put(tmp_path / "Anna.jpg", photo)
    assert "is a file" in refusal(file)


def test_one_persons_folder_is_not_a_cast(tmp_path: Path, photo: Image.Image) -> None:
    put(tmp_path / "portrait.jpg", photo)
    assert "--cast takes the folder above it" in refusal(tmp_path)


def test_a_folder_of_films_is_not_a_cast(tmp_path: Path, photo: Image.Image) -> None:
    put(tmp_path / "1004_Juno" / "Elliot_Page-Juno" / "best.jpg", photo)
    assert "--cast takes one film's cast" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Anna.jpg", "anna.png"),
        ("José.jpg", unicodedata.normalize("NFD", "José") + ".png"),
        ("Old Tom.jpg", "Old_Tom.jpg"),
    ],
)
def test_two_people_of_one_name(
    tmp_path: Path, photo: Image.Image, first: str, second: str
) -> None:
    put(tmp_path / first, photo)
    put(tmp_path / second, photo)
    assert "are both called" in refusal(tmp_path)


def test_another_name_that_is_somebody(tmp_path: Path) -> None:
    for name in ("Anna", "Ben"):
        (tmp_path / name).mkdir()
    (tmp_path / "Anna" / "about.txt").write_text("Also: BEN")
    assert "are both called" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Anna 🙂", "slightly smiling face"),
        ("A" * 200, "200 characters"),
        ("narrator", "is reserved"),
        ("Anna\tB\u200b", "zero width space"),
        ("123", "holds no letter"),
        ("Anna\\..\\B", "reverse solidus"),
    ],
)
def test_names_that_nobody_has(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).mkdir()
    assert told in refusal(tmp_path)


def test_an_alias_cannot_lead_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "Anna").mkdir()
    (tmp_path / "Anna" / "about.txt").write_text("Also: ../../etc")
    assert "solidus" in refusal(tmp_path)


def test_what_is_neither_photo_nor_voice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Anna").mkdir()
    (tmp_path / "Anna" / "scan.pdf").write_bytes(b"%PDF")
    assert "scan.pdf is neither a photo" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary\x00", b"\x00\x01\x02", b"a" * 5000])
def test_words_that_are_no_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "Anna").mkdir()
    (tmp_path / "Anna" / "about.txt").write_bytes(content)
    assert "about.txt is" in refusal(tmp_path)


# --- voices -----------------------------------------------------------------------------------


def silence(path: Path) -> None:
    soundfile.write(path, np.zeros(5 * RATE, np.float32), RATE)


def blip(path: Path) -> None:
    soundfile.write(path, speech_like(0.2), RATE)


def one_word(path: Path) -> None:
    soundfile.write(path, np.concatenate([speech_like(0.6), np.zeros(4 * RATE)]), RATE)


def an_hour(path: Path) -> None:
    with soundfile.SoundFile(path, "w", 8000, 1, "PCM_U8") as file:
        for _ in range(60):
            file.write(np.zeros(60 * 8000, np.float32))


def noise(path: Path) -> None:
    soundfile.write(path, 0.1 * np.random.default_rng(0).standard_normal(5 * RATE), RATE)


def tone(path: Path) -> None:
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 220 * np.arange(5 * RATE) / RATE), RATE)


def melody(path: Path) -> None:
    clock = np.arange(RATE // 4) / RATE
    notes = [np.sin(2 * np.pi * hertz * clock) for hertz in (220, 262, 294, 330, 220, 392) * 4]
    soundfile.write(path, 0.3 * np.concatenate(notes), RATE)


def corrupt(path: Path) -> None:
    path.write_bytes(b"RIFF\x00\x00")


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (silence, "is 5 s of silence: a voice sample needs speech"),
        (blip, "lasts 0.2 s"),
        (one_word, "s of speech: a voice sample needs 1.5 s"),
        (an_hour, "lasts more than 10 minutes"),
        (corrupt, "is not a recording"),
        (noise, "no voice is heard in it, only noise"),
        (tone, "a tone or music is heard in it and no voice"),
        (melody, "a tone or music is heard in it and no voice"),
    ],
)
def test_voice_samples_that_will_not_do(
    tmp_path: Path, record: Callable[[Path], None], told: str
) -> None:
    (tmp_path / "Anna").mkdir()
    record(tmp_path / "Anna" / "voice.wav")
    assert told in refusal(tmp_path)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_voice_samples_that_will(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "Anna").mkdir()
    soundfile.write(tmp_path / "Anna" / f"voice.{suffix}", speech_like(4, 0.03), RATE)
    assert read_bank(tmp_path)[0].voice_sample is not None


def test_words_without_a_recording(tmp_path: Path) -> None:
    (tmp_path / "Anna").mkdir()
    (tmp_path / "Anna" / "voice.txt").write_text("hello")
    assert "has no recording beside it" in refusal(tmp_path)


def test_a_broken_mp3_is_not_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "Anna").mkdir()
    (tmp_path / "Anna" / "voice.mp3").write_bytes(bytes(range(256)) * 40)
    told = refusal(tmp_path)
    assert told.endswith("voice.mp3 is not a recording that can be read: save it as WAV")
