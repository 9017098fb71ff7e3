"""A checkpoint's files: found, whole, of the right architecture, and safe to read.

A checkpoint is a folder here, or 'organisation/name' with or without '@revision' on the hub (see
`weights.hub`); what is not on this machine is never downloaded from here. Weights are safetensors;
pickle, which can execute what it holds, is refused unless the user allows it. Whole means: every
component that `model_index.json` names has its configuration and its weights, every shard that an
index names is there, and every safetensors file is as long as its header says.

Knows files and configurations; imports neither torch nor diffusers.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from script2movie.errors import BackendUnavailable, Script2MovieError, WeightsError
from script2movie.weights.hub import hub_folder, is_hub_name

__all__ = [
    "Checkpoint",
    "file_digest",
    "find",
    "header",
    "load_lora",
    "loading",
    "model_checkpoint",
    "pipeline_checkpoint",
    "read_json",
    "require",
    "weights_file",
]

NO_WEIGHTS = {  # what a component without weights is read from, by a word in its class
    "Scheduler": ("scheduler_config.json",),
    "Tokenizer": ("tokenizer_config.json",),
    "Processor": ("preprocessor_config.json", "processor_config.json"),
    "FeatureExtractor": ("preprocessor_config.json",),
    "Guidance": ("guider_config.json",),
}
VOCABULARIES = ("tokenizer.json", "vocab.json", "vocab.txt", "spiece.model", "tokenizer.model")
STEMS = ("diffusion_pytorch_model", "model")  # diffusers' name and transformers'
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")
STRETCH = 65_536  # bytes of a large file that are hashed at a time
NUM_STRETCHES = 64


@dataclass(frozen=True)
class Checkpoint:
    """A folder that was looked at. `variant` is 'fp16' or None; `pickle` allows what is not safe.

    `fingerprint` names the contents: small files whole, large ones by stretches spread over them.
    """

    folder: Path
    variant: str | None
    pickle: bool
    fingerprint: str

    @property
    def arguments(self) -> dict[str, Any]:
        """For `from_pretrained`: this folder's variant and nothing from the network."""
        return {
            "variant": self.variant,
            "use_safetensors": None if self.pickle else True,
            "local_files_only": True,
        }


def require(*modules: str, backend: str, extra: str = "gpu") -> None:
    """Raises BackendUnavailable where a package is missing; imports none."""
    from importlib.util import find_spec

    for module in modules:
        if find_spec(module) is None:
            raise BackendUnavailable(
                f"{backend} needs the package '{module}': pip install 'script2movie[{extra}]'"
            )


def find(source: str, option: str) -> Path:
    """The folder of a checkpoint named in `option`, such as 'storyboard.model'.

    Raises:
        WeightsError: it is neither a folder here nor a checkpoint of the hub on this machine.
    """
    folder = Path(source).expanduser()
    if folder.exists():
        return folder
    stage = option.partition(".")[0]
    if not is_hub_name(source):
        raise WeightsError(
            f"there is no folder '{source}': give --option {option}= a folder, "
            "or a hub repository as in organisation/name"
        )
    try:
        return hub_folder(source)
    except WeightsError as error:
        raise WeightsError(
            f"{error}, and no folder of this name is: script2movie weights --fetch --{stage} NAME, "
            f"or give --option {option}= a folder"
        ) from None


def pipeline_checkpoint(
    source: str,
    option: str,
    classes: Sequence[str],
    *,
    subfolder: str = "",
    prefer_fp16: bool = False,
    allow_pickle: bool = False,
) -> Checkpoint:
    """A whole pipeline in diffusers' layout.

    `classes` are the pipeline classes whose checkpoints will do; `subfolder` is where the pipeline
    is in a repository of several.

    Raises:
        WeightsError: it is not there, of another architecture, incomplete or damaged.
    """
    folder = find(source, option) / subfolder
    index = folder / "model_index.json"
    if folder.is_file():
        raise WeightsError(
            f"{folder} is one file, and --option {option}= wants a folder in diffusers' layout, as "
            f"{classes[0]}.from_single_file(...).save_pretrained(...) makes of it"
        )
    if not index.is_file():
        raise WeightsError(
            f"{folder} has no model_index.json: --option {option}= wants a pipeline in "
            "diffusers' layout"
        )
    listed = read_json(index)
    kind = listed.get("_class_name")
    if kind not in classes:
        raise WeightsError(
            f"{folder} is a checkpoint of {kind}, but {' or '.join(classes)} is needed: "
            f"choose another with --option {option}="
        )
    parts = {
        name: entry[1]
        for name, entry in listed.items()
        if isinstance(entry, list) and len(entry) == 2 and entry[1] is not None
    }
    models = [folder / name for name, of in parts.items() if _config_of(of) is None]
    for name, of in parts.items():
        wanted = _config_of(of) or ("config.json",)
        if not any((folder / name / one).is_file() for one in wanted):
            raise _missing(folder / name / wanted[0], option)
        worded = "Tokenizer" in of and not of.startswith("ByT5")  # which reads bytes
        if worded and not any((folder / name / one).is_file() for one in VOCABULARIES):
            raise _missing(folder / name / VOCABULARIES[0], option)
    variant = _variant(models, prefer_fp16)
    for model in models:
        _check_weights(model, variant, option, allow_pickle)
    return Checkpoint(folder, variant, allow_pickle, _fingerprint(folder, [folder, *_subs(folder)]))


def model_checkpoint(
    source: str,
    option: str,
    classes: Sequence[str],
    *,
    subfolder: str = "",
    prefer_fp16: bool = False,
    allow_pickle: bool = False,
) -> Checkpoint:
    """One model with its config.json; `classes` are the `_class_name` or `architectures` wanted.

    Raises:
        WeightsError: it is not there, of another architecture, incomplete or damaged.
    """
    folder = find(source, option) / subfolder
    config = folder / "config.json"
    if not config.is_file():
        raise _missing(config, option)
    told = read_json(config)
    kinds = [told.get("_class_name"), *(told.get("architectures") or ())]
    named = [kind for kind in kinds if kind]
    if classes and not set(named) & set(classes):
        raise WeightsError(
            f"{config} is of {' or '.join(named) or 'an unnamed model'}, but "
            f"{' or '.join(classes)} is needed: choose another with --option {option}="
        )
    variant = _variant([folder], prefer_fp16)
    _check_weights(folder, variant, option, allow_pickle)
    return Checkpoint(folder, variant, allow_pickle, _fingerprint(folder, [folder]))


def weights_file(source: str, option: str, name: str = "", *, allow_pickle: bool = False) -> Path:
    """One file of weights: `source` itself, or `name` in it. See `header` for what is in it.

    Raises:
        WeightsError: it is not there, is no safetensors file, or is damaged.
    """
    found = find(source, option)
    path = found / name if found.is_dir() else found
    if not path.is_file():
        raise _missing(path, option)
    if path.suffix == ".safetensors":
        header(path)
    elif not allow_pickle:
        raise _pickled(path, option)
    return path


def header(path: Path) -> dict[str, Any]:
    """A safetensors file's tensors by name, each with `dtype` and `shape`, without reading them.

    Raises:
        WeightsError: the file is damaged or cut short.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > min(size, 100_000_000):
                raise ValueError
            told: dict[str, Any] = json.loads(file.read(length))
        ends = [one["data_offsets"][1] for name, one in told.items() if name != "__metadata__"]
    except (ValueError, LookupError, TypeError):
        raise _damaged(path) from None
    if size != 8 + length + max(ends, default=0):
        raise _damaged(path)
    return {name: one for name, one in told.items() if name != "__metadata__"}


@contextmanager
def loading(folder: Path) -> Iterator[None]:
    """Around whatever reads one, as `from_pretrained`: what does not fit becomes one sentence."""
    try:
        yield
    except Script2MovieError:
        raise
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        if "out of memory" in str(error):
            raise
        reason = " ".join(str(error).split()).partition(". ")[0].rstrip(".")[:300]
        raise WeightsError(
            f"the checkpoint {folder} does not load: {reason}; it is damaged or of another "
            "architecture: choose another, or fetch it again"
        ) from error


def load_lora(pipe: Any, path: Path, name: str) -> None:
    """Puts a LoRA into a pipeline under a name.

    Raises:
        WeightsError: it is damaged, or for another base.
    """
    with loading(path):
        pipe.load_lora_weights(
            str(path.parent), weight_name=path.name, adapter_name=name, local_files_only=True
        )
    if name not in pipe.get_list_adapters().get("unet", ()):
        raise WeightsError(f"{path} changes no layer of this model: it is for another base model")


# --- looking ----------------------------------------------------------------------------------


def _check_weights(folder: Path, variant: str | None, option: str, allow_pickle: bool) -> None:
    files = _weights(folder, variant)
    if files is None:
        pickles = sorted(path for pattern in PICKLES for path in folder.glob(pattern))
        if not pickles:
            raise _missing(folder / f"{_stem(folder)}.safetensors", option)
        if not allow_pickle:
            raise _pickled(pickles[0], option)
        return
    for path in files:
        if not path.is_file():
            raise _missing(path, option)
        header(path)


def _weights(folder: Path, variant: str | None) -> list[Path] | None:
    """The safetensors files of a model, shards by their index; None where there are none."""
    middle = f".{variant}" if variant else ""
    for stem in STEMS:
        single = folder / f"{stem}{middle}.safetensors"
        index = folder / f"{stem}.safetensors.index{middle}.json"
        if index.is_file():
            shards = read_json(index)["weight_map"]
            if not isinstance(shards, dict):
                raise _damaged(index)
            return [folder / str(name) for name in sorted(set(shards.values()))]
        if single.is_file():
            return [single]
    return _weights(folder, None) if variant else None


def _variant(models: Iterable[Path], prefer_fp16: bool) -> str | None:
    """'fp16' where it is wanted and there, or where a model has nothing else."""
    halves = [model for model in models if any(model.glob("*.fp16*"))]
    if not halves:
        return None
    alone = any(_weights(model, None) is None for model in halves)
    return "fp16" if prefer_fp16 or alone else None


def _config_of(kind: str) -> tuple[str, ...] | None:
    return next((files for word, files in NO_WEIGHTS.items() if word in kind), None)


def _subs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _stem(folder: Path) -> str:
    config = folder / "config.json"
    named = "_class_name" in read_json(config) if config.is_file() else True
    return STEMS[0] if named else STEMS[1]


class _Told(dict[str, Any]):
    """What a configuration says; asked with [] for what it does not say, it is refused."""

    def __init__(self, told: dict[str, Any], path: Path) -> None:
        super().__init__(told)
        self.path = path

    def __missing__(self, key: str) -> Any:
        raise WeightsError(
            f"{self.path} does not say '{key}': it is damaged or of another architecture: fetch "
            "the checkpoint again, or choose another"
        )


def read_json(path: Path) -> dict[str, Any]:
    """A configuration, whose [] raises WeightsError for a key that is not there.

    Raises:
        WeightsError: it is damaged, or not there.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(f"{path} is not there: fetch the checkpoint again") from None
    except ValueError:
        raise _damaged(path) from None
    if not isinstance(told, dict):
        raise _damaged(path)
    return _Told(told, path)


def _fingerprint(root: Path, folders: Sequence[Path]) -> str:
    sha = hashlib.sha256()
    kept = ("*.json", "*.txt", "*.model", "*.safetensors", *PICKLES)
    for folder in folders:
        for path in sorted({path for pattern in kept for path in folder.glob(pattern)}):
            sha.update(path.relative_to(root).as_posix().encode())
            sha.update(file_digest(path).encode())
    return f"{root.name} {sha.hexdigest()[:12]}"


def file_digest(path: Path) -> str:
    """Names a file's contents; of one above 4 MB, stretches evenly spread over it."""
    size = path.stat().st_size
    sha = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        if size <= STRETCH * NUM_STRETCHES:
            sha.update(file.read())
        else:
            for number in range(NUM_STRETCHES):
                file.seek(number * (size - STRETCH) // (NUM_STRETCHES - 1))
                sha.update(file.read(STRETCH))
    return sha.hexdigest()[:16]


# --- refusing ---------------------------------------------------------------------------------


def _missing(path: Path, option: str) -> WeightsError:
    stage = option.partition(".")[0]
    return WeightsError(
        f"the checkpoint lacks {path}: script2movie weights --fetch --{stage} NAME, "
        f"or choose another with --option {option}="
    )


def _damaged(path: Path) -> WeightsError:
    return WeightsError(f"{path} is damaged or cut short: delete it and fetch it again")


def _pickled(path: Path, option: str) -> WeightsError:
    stage = option.partition(".")[0]
    return WeightsError(
        f"{path} is a pickle, which can run what it holds: use safetensors, or, where you trust "
        f"who made it, --option {stage}.allow_pickle=true"
    )
