"""A checkpoint's files: found, whole, of the right architecture, and safe to read.

A checkpoint is a folder here, or 'organisation/name' with or without '@revision' on the hub (see
`weights.hub`); what is not on this machine is never downloaded from here. Weights are safetensors;
pickle, which can execute what it holds, is refused unless the user allows it. Whole means: every
component that `model_index.json` names has its configuration and its weights, every shard that an
index names is there, every safetensors file is as long as its header says, and a model finds each
of its tensors in it, in its shape (see `tensors`).

Knows files and configurations; imports torch and the libraries when it looks at a checkpoint.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from script2movie.errors import BackendUnavailable, Script2MovieError, WeightsError
from script2movie.generative.files import damaged, file_digest, header, read_json
from script2movie.generative.tensors import check_tensors, model_class
from script2movie.weights.hub import hub_folder, is_hub_name

__all__ = [
    "Checkpoint",
    "Choice",
    "file_digest",
    "find",
    "header",
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
STEMS = {  # diffusers' name of a file of weights, and transformers'
    "safetensors": ("diffusion_pytorch_model", "model"),
    "bin": ("diffusion_pytorch_model", "pytorch_model"),
}
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")
NOT_LOADED = "safety_checker"  # of Stable Diffusion's pipelines; no backend asks for it


@dataclass(frozen=True)
class Choice:
    """A checkpoint as it was chosen: `source` by `option`, such as 'model', of a `backend`.

    `backend` is told as 'storyboard flux2-klein'.
    """

    backend: str
    option: str
    source: str

    @property
    def typed(self) -> str:
        """What is typed to choose another, up to its name."""
        return f"--option {self.backend.partition(' ')[0]}.{self.option}="

    @property
    def again(self) -> str:
        """What is typed to get it, or what is missing of it."""
        if not is_hub_name(self.source) or Path(self.source).expanduser().exists():
            return "copy the folder again"
        stage, _, name = self.backend.partition(" ")
        return f"script2movie weights --fetch --{stage} {name} {self.typed}{self.source}"

    @property
    def cure(self) -> str:
        """What to do where it is not whole."""
        return f"{self.again}, or choose another with {self.typed}"


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

    def weights(self, part: str) -> list[Path]:
        """The files of the weights of a component."""
        folder = self.folder / part
        return _weights(folder, self.variant) or _weights(folder, self.variant, "bin") or []


def require(*modules: str, backend: str, extra: str = "gpu") -> None:
    """Raises BackendUnavailable where a package is missing; imports none."""
    from importlib.util import find_spec

    for module in modules:
        if find_spec(module) is None:
            raise BackendUnavailable(
                f"{backend} needs the package '{module}': pip install 'script2movie[{extra}]'"
            )


def find(choice: Choice) -> Path:
    """The folder, or the file, of a checkpoint.

    Raises:
        WeightsError: it is neither a folder here nor a checkpoint of the hub on this machine.
    """
    folder = Path(choice.source).expanduser()
    if folder.exists():
        return folder
    if not is_hub_name(choice.source):
        raise WeightsError(
            f"there is no folder '{choice.source}': give {choice.typed} a folder, "
            "or a hub repository as in organisation/name"
        )
    try:
        return hub_folder(choice.source)
    except WeightsError as error:
        raise WeightsError(
            f"{error}, and no folder of this name is: {choice.again}, "
            f"or give {choice.typed} a folder"
        ) from None


def pipeline_checkpoint(
    choice: Choice,
    classes: Sequence[str],
    *,
    subfolder: str = "",
    own: str = "",
    widths: Sequence[tuple[str, str]] = (),
    prefer_fp16: bool = False,
    allow_pickle: bool = False,
) -> Checkpoint:
    """A whole pipeline in diffusers' layout.

    `classes` are the pipeline classes whose checkpoints will do; `subfolder` is where the pipeline
    is in a repository of several; `own` is the component that the backend has a class of its own
    for, whose tensors are not looked at here. `widths` are pairs of what two components'
    configurations say, as 'image_encoder.hidden_size', that must be one number.

    Raises:
        WeightsError: it is not there, of another architecture, incomplete or damaged.
    """
    folder = find(choice) / subfolder
    index = folder / "model_index.json"
    if folder.is_file():
        raise WeightsError(
            f"{folder} is one file, and {choice.typed} wants a folder in diffusers' layout, as "
            f"{classes[0]}.from_single_file(...).save_pretrained(...) makes of it"
        )
    if not index.is_file():
        raise WeightsError(
            f"{folder} has no model_index.json: {choice.typed} wants a pipeline in "
            "diffusers' layout"
        )
    listed = read_json(index)
    kind = listed.get("_class_name")
    if kind not in classes:
        raise WeightsError(
            f"{folder} is a checkpoint of {kind}, but {' or '.join(classes)} is needed: "
            f"choose another with {choice.typed}"
        )
    parts = {
        name: (str(entry[0]), str(entry[1]))
        for name, entry in listed.items()
        if isinstance(entry, list) and len(entry) == 2 and entry[1] is not None
    }
    models = {name: told for name, told in parts.items() if _config_of(told[1]) is None}
    for name, (_, of) in parts.items():
        wanted = _config_of(of) or ("config.json",)
        if not any((folder / name / one).is_file() for one in wanted):
            raise _missing(folder / name / wanted[0], choice)
        worded = "Tokenizer" in of and not of.startswith("ByT5")  # which reads bytes
        if worded and not any((folder / name / one).is_file() for one in VOCABULARIES):
            raise _missing(folder / name / VOCABULARIES[0], choice)
    for given, read in widths:
        told = [_said(folder, one) for one in (given, read)]
        if told[0] != told[1] and None not in told:
            raise WeightsError(
                f"{folder} is not of one piece: {given} is {told[0]} and {read} {told[1]}, which "
                f"must be the same: {choice.cure}"
            )
    variant = _variant([folder / name for name in models], prefer_fp16)
    held = {name: _whole(folder / name, variant, choice, allow_pickle) for name in models}
    for name, (library, of) in models.items():
        if name in (own, NOT_LOADED):
            continue
        loads = model_class(library, of)
        if loads is None:
            raise WeightsError(
                f"{index} names the class {library}.{of}, which is not installed: pip install "
                f"--upgrade diffusers transformers, or choose another with {choice.typed}"
            )
        with loading(folder / name):
            check_tensors(loads, folder / name, held[name], choice.cure)
    return Checkpoint(folder, variant, allow_pickle, _fingerprint(folder, [folder, *_subs(folder)]))


def model_checkpoint(
    choice: Choice,
    classes: Sequence[str],
    *,
    subfolder: str = "",
    prefer_fp16: bool = False,
    allow_pickle: bool = False,
) -> Checkpoint:
    """One model with its config.json.

    `classes` are the `_class_name` or `architectures` that will do; the first is what loads it.

    Raises:
        WeightsError: it is not there, of another architecture, incomplete or damaged.
    """
    folder = find(choice) / subfolder
    config = folder / "config.json"
    if not config.is_file():
        raise _missing(config, choice)
    told = read_json(config)
    named = [one for one in (told.get("_class_name"), *(told.get("architectures") or ())) if one]
    if not set(named) & set(classes):
        raise WeightsError(
            f"{config} is of {' or '.join(named) or 'an unnamed model'}, but "
            f"{' or '.join(classes)} is needed: choose another with {choice.typed}"
        )
    variant = _variant([folder], prefer_fp16)
    files = _whole(folder, variant, choice, allow_pickle)
    with loading(folder):
        library = "diffusers" if "_class_name" in told else "transformers"
        check_tensors(model_class(library, classes[0]), folder, files, choice.cure)
    return Checkpoint(folder, variant, allow_pickle, _fingerprint(folder, [folder]))


def weights_file(choice: Choice, name: str = "", *, allow_pickle: bool = False) -> Path:
    """One file of weights: what was chosen, or `name` in it. See `header` for what is in it.

    Raises:
        WeightsError: it is not there, is no safetensors file, or is damaged.
    """
    found = find(choice)
    path = found / name if found.is_dir() else found
    if not path.is_file():
        raise _missing(path, choice)
    if path.suffix == ".safetensors":
        header(path)
    elif not allow_pickle:
        raise _pickled(path, choice)
    return path


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
        if isinstance(error, KeyError):
            reason = f"it has no {reason}"
        raise WeightsError(
            f"the checkpoint {folder} does not load: {reason}; it is damaged or of another "
            "architecture: choose another, or fetch it again"
        ) from error


# --- looking ----------------------------------------------------------------------------------


def _whole(folder: Path, variant: str | None, choice: Choice, allow_pickle: bool) -> list[Path]:
    """The files of a model's weights, none of them missing or cut short."""
    files = _weights(folder, variant)
    if files is None:
        pickles = sorted(path for pattern in PICKLES for path in folder.glob(pattern))
        if not pickles:
            raise _missing(folder / f"{_stem(folder)}.safetensors", choice)
        if not allow_pickle:
            raise _pickled(pickles[0], choice)
        files = _weights(folder, variant, "bin") or pickles[:1]
    for path in files:
        if not path.is_file():
            raise _missing(path, choice)
        if path.suffix == ".safetensors":
            header(path)
    return files


def _weights(folder: Path, variant: str | None, suffix: str = "safetensors") -> list[Path] | None:
    """The files of a model's weights, shards by their index; None where there are none."""
    middle = f".{variant}" if variant else ""
    for stem in STEMS[suffix]:
        single = folder / f"{stem}{middle}.{suffix}"
        index = folder / f"{stem}.{suffix}.index{middle}.json"
        if index.is_file():
            shards = read_json(index)["weight_map"]
            if not isinstance(shards, dict):
                raise damaged(index)
            return [folder / str(name) for name in sorted(set(shards.values()))]
        if single.is_file():
            return [single]
    return _weights(folder, None, suffix) if variant else None


def _variant(models: Iterable[Path], prefer_fp16: bool) -> str | None:
    """'fp16' where it is wanted and there, or where a model has nothing else."""
    halves = [model for model in models if any(model.glob("*.fp16*"))]
    if not halves:
        return None
    alone = any(_weights(model, None) is None for model in halves)
    return "fp16" if prefer_fp16 or alone else None


def _said(folder: Path, told: str) -> int | None:
    """A number of a component's configuration, None where it is left to the library."""
    part, _, key = told.partition(".")
    path = folder / part / "config.json"
    number = read_json(path).get(key) if path.is_file() else None
    return number if isinstance(number, int) else None


def _config_of(kind: str) -> tuple[str, ...] | None:
    return next((files for word, files in NO_WEIGHTS.items() if word in kind), None)


def _subs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _stem(folder: Path) -> str:
    config = folder / "config.json"
    named = "_class_name" in read_json(config) if config.is_file() else True
    return STEMS["safetensors"][0 if named else 1]


def _fingerprint(root: Path, folders: Sequence[Path]) -> str:
    sha = hashlib.sha256()
    kept = ("*.json", "*.txt", "*.model", "*.safetensors", *PICKLES)
    for folder in folders:
        for path in sorted({path for pattern in kept for path in folder.glob(pattern)}):
            sha.update(path.relative_to(root).as_posix().encode())
            sha.update(file_digest(path).encode())
    return f"{root.name} {sha.hexdigest()[:12]}"


# --- refusing ---------------------------------------------------------------------------------


def _missing(path: Path, choice: Choice) -> WeightsError:
    return WeightsError(f"the checkpoint lacks {path}: {choice.cure}")


def _pickled(path: Path, choice: Choice) -> WeightsError:
    stage = choice.backend.partition(" ")[0]
    return WeightsError(
        f"{path} is a pickle, which can run what it holds: use safetensors, or, where you trust "
        f"who made it, --option {stage}.allow_pickle=true"
    )
