"""A checkpoint of the hub that a fetch has left in part is not said to be here."""

import json
from pathlib import Path

import pytest

from script2movie.cli import main
from script2movie.weights import hub

NAME = "maker/model"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHARDS = ("unet/model-00001-of-00002.safetensors", "unet/model-00002-of-00002.safetensors")
INDEX = {"weight_map": dict(zip("ab", (Path(one).name for one in SHARDS), strict=True))}
FILES = {
    "model_index.json": json.dumps({"_class_name": "Pipe", "unet": ["diffusers", "Net"]}),
    "unet/config.json": "{}",
    "unet/model.safetensors.index.json": json.dumps(INDEX),
    SHARDS[0]: "first",
    SHARDS[1]: "second",
    "README.md": "never asked for",
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache with the repository whole, as a client without listings leaves it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    home = tmp_path / "models--maker--model"
    for number, (name, text) in enumerate(FILES.items()):
        if name == "README.md":
            continue
        blob, link = home / "blobs" / f"blob{number}", home / "snapshots" / COMMIT / name
        for path in (blob, link):
            path.parent.mkdir(parents=True, exist_ok=True)
        blob.write_text(text)
        link.symlink_to(blob)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(COMMIT)
    return home


def with_listing(cache: Path) -> None:
    """As newer clients keep it: every file of the repository and its bytes."""
    files = {name: {"size": len(text), "blob_id": "0" * 40} for name, text in FILES.items()}
    (cache / "trees").mkdir()
    told = {"format_version": 1, "files": files}
    (cache / "trees" / f"{COMMIT}.json").write_text(json.dumps(told))


def snapshot(cache: Path) -> Path:
    return cache / "snapshots" / COMMIT


@pytest.mark.parametrize("listed", [False, True])
def test_one_that_is_whole_lacks_nothing(cache: Path, listed: bool) -> None:
    if listed:
        with_listing(cache)  # the README is in it and not asked for
    assert hub.hub_folder(NAME) == snapshot(cache)
    assert hub.hub_lacks(NAME) == ()


@pytest.mark.parametrize("listed", [False, True])
def test_a_shard_that_did_not_come_is_named(cache: Path, listed: bool) -> None:
    if listed:
        with_listing(cache)
    (snapshot(cache) / SHARDS[1]).unlink()
    assert hub.hub_folder(NAME) == snapshot(cache)  # what is there is looked at, and named
    assert hub.hub_lacks(NAME) == (SHARDS[1],)


def test_a_component_of_which_nothing_came_is_named(cache: Path) -> None:
    for path in (snapshot(cache) / "unet").iterdir():
        path.unlink()
    (snapshot(cache) / "unet").rmdir()
    assert hub.hub_lacks(NAME) == ("unet",)


def test_a_file_whose_contents_are_gone_or_short_is_named(cache: Path) -> None:
    with_listing(cache)
    shard = snapshot(cache) / SHARDS[0]
    shard.resolve().write_text("fir")
    assert hub.hub_lacks(NAME) == (SHARDS[0],)
    shard.resolve().unlink()
    assert hub.hub_lacks(NAME) == (SHARDS[0],)


def test_a_file_that_is_half_written_is_told_until_the_rest_has_come(cache: Path) -> None:
    import os

    half = cache / "blobs" / "blob9.1a2b3c4d.incomplete"
    half.write_text("fi")
    os.utime(half, (4e9, 4e9))
    assert hub.hub_lacks(NAME) == ("",)
    os.utime(half, (1e9, 1e9))  # older than what came: of another fetch
    assert hub.hub_lacks(NAME) == ()


def test_files_that_the_project_asks_for_by_name_are_known(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = ("model_index.json", "lora.bin", "unet/*.safetensors")
    known = {NAME: hub.HubRepo(NAME, files=files)}
    monkeypatch.setattr(hub, "_known", lambda: known)
    assert hub.hub_lacks(NAME) == ("lora.bin",)


def test_weights_says_what_is_missing_and_what_to_type(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["weights", "--animator", "svd", "--option", f"animator.model={NAME}"]
    assert main(words) == 0
    assert [x for x in capsys.readouterr().out.splitlines() if x.startswith(f"here     {NAME}")]
    for shard in SHARDS:
        (snapshot(cache) / shard).unlink()
    assert main(words) == 0
    out = capsys.readouterr().out.splitlines()
    (line,) = (line for line in out if NAME in line and "--fetch" not in line)
    assert line.startswith("partial  ") and line.endswith(f"; lacks {SHARDS[0]}, {SHARDS[1]}")
    assert out[-1].endswith(
        f"script2movie weights --fetch --animator svd --option animator.model={NAME}"
    )
    assert main([*words, "--json"]) == 0
    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert told[NAME]["lacks"] == list(SHARDS) and told[NAME]["present"] is False
