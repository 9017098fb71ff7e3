"""What the animators share whose people are learned files, and who start from text, no keyframe.

Knows files, names and refusals; knows no model.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from script2movie.animate.clips import ClipAnimator, Picture
from script2movie.animate.refining import whose
from script2movie.errors import WeightsError
from script2movie.generative.checkpoints import (
    Choice,
    find,
    header,
    loading,
    read_json,
    weights_file,
)
from script2movie.generative.prompts import nameless
from script2movie.media import nv12
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.stages import FaceTrack, View

__all__ = [
    "LearnedPeople",
    "check_tokens",
    "file_name",
    "learn_token",
    "learned_files",
    "token",
    "with_tokens",
]


class LearnedPeople(ClipAnimator):
    """A `ClipAnimator` that knows people by `identities` and makes a shot in one piece."""

    starts_from_picture = False
    identities: Mapping[str, Any]  # by `file_name`
    wanted: str  # what a person's identity is called on disk, with their name as {}

    def refusal(self, view: View, *, width: int, height: int, num_frames: int, fps: int) -> str:
        """A person without an identity; see `ClipAnimator` for the others."""
        for person in view.characters:
            name = file_name(person.character)
            if name not in self.identities:
                return (
                    f"animator '{self.name}' has no identity of {person.character}: put "
                    f"{self.wanted.format(name)} into the folder of --option animator.identities="
                )
        return super().refusal(view, width=width, height=height, num_frames=num_frames, fps=fps)

    def tracks(self, frame: Picture, view: View) -> tuple[FaceTrack, ...]:
        """The meshes of the plan's people: no keyframe says where they are."""
        rgb = nv12.to_rgb(frame)
        detector, mesh = self._finder
        faces = {face.box: face for face in detector.detect(rgb)}
        return tuple(
            FaceTrack(name, mesh.landmarks(rgb, faces[box])[:, :2])
            for name, box in whose(view, list(faces))
        )

    @cached_property
    def _finder(self) -> tuple[FaceDetector, FaceMesh]:
        return FaceDetector(), FaceMesh()


def with_tokens(phrase: str, view: View) -> str:
    """A phrase with people called by their learned tokens."""
    return nameless(phrase, {one.character: token(one.character) for one in view.characters})


def token(name: str) -> str:
    return f"<{file_name(name)}>"


def check_tokens(files: Mapping[str, Path], model: Path) -> None:
    """Whether people's learned tokens are there and as wide as the text of the base `model` is.

    Pickles are looked into as they are loaded.

    Raises:
        WeightsError: one has none, or of another base.
    """
    width = read_json(model / "text_encoder" / "config.json").get("hidden_size")
    for path in files.values():
        if path.suffix == ".safetensors":
            tokens = header(path).get("emb_params")
            if tokens is None:
                raise WeightsError(f"{path} has no tensor 'emb_params': it is no learned token")
            if width not in (None, tokens["shape"][-1]):
                raise _of_another_base(path, tokens["shape"][-1], width)


def learn_token(pipe: Any, name: str, tokens: Any, path: Path) -> None:
    """Makes a person's learned tokens (tokens, width) a word of the pipeline.

    Raises:
        WeightsError: they were learned on another base.
    """
    wanted, there = pipe.text_encoder.get_input_embeddings().weight.shape[-1], tokens.shape[-1]
    if there != wanted:
        raise _of_another_base(path, there, wanted)
    with loading(path):
        pipe.load_textual_inversion({"emb_params": tokens}, token=f"<{name}>")


def _of_another_base(path: Path, there: int, wanted: int) -> WeightsError:
    return WeightsError(
        f"{path} is for another base model (text of width {there}, not {wanted}): bring one "
        "that was learned on this model, or choose its model with --option animator.model="
    )


def file_name(name: str) -> str:
    """'Mrs. O'Brien' as 'mrs-o-brien': a person's file and token."""
    return re.sub(r"\W+", "-", name.casefold()).strip("-")


def learned_files(choice: Choice, pattern: str, pickle: bool) -> dict[str, Path]:
    """The files of weights in a folder, by their own name or, one level down, their folder's.

    Raises:
        WeightsError: the folder is not there, or a file is damaged or a pickle.
    """
    if not choice.source:
        return {}
    there = sorted(find(choice).glob(pattern))
    safe = [path for path in there if path.suffix == ".safetensors"]
    pickles = [path for path in there if path.suffix in {".pt", ".pth"}]
    found = {
        file_name(path.parent.name if "/" in pattern else path.stem): path
        for path in (sorted([*safe, *pickles]) if pickle else safe or pickles[:1])
    }
    if not found:
        raise WeightsError(
            f"{choice.source} holds no safetensors file {pattern}: see {choice.typed}"
        )
    return {
        name: weights_file(replace(choice, source=str(path)), allow_pickle=pickle)
        for name, path in found.items()
    }
