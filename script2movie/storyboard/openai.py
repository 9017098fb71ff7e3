"""Storyboard 'openai': a hosted image model, portraits and another shot as its input pictures.

Every picture costs money, and the portraits of your cast leave this machine. The service knows no
seeds: another take is another request, and the same request may give another picture; what was
drawn is kept, so that a second run asks for nothing again.
"""

import base64
import binascii
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from PIL import Image, UnidentifiedImageError

from script2movie.errors import BackendUnavailable, ShotFailed
from script2movie.generative.checkpoints import require
from script2movie.storyboard.references import OTHER_SHOT, Picture, ReferenceStoryboarder

__all__ = ["OpenAiOptions", "OpenAiStoryboarder"]

NO_PICTURE = "the service answered without a picture"
SIZES = ((1536, 1024), (1024, 1024), (1024, 1536))  # that the service paints


@dataclass(frozen=True)
class OpenAiOptions:
    """The choices of this backend. The key is `OPENAI_API_KEY`, never an option."""

    model: str = field(default="gpt-image-1", metadata={"help": "the model's name there"})
    base_url: str = field(
        default="", metadata={"help": "another service of this kind; '' is OpenAI's"}
    )
    quality: Literal["low", "medium", "high", "auto"] = field(
        default="high", metadata={"help": "low, medium, high or auto: what a picture costs"}
    )
    other_shot: Literal["previous", "first", "none"] = field(
        default="previous", metadata={"help": OTHER_SHOT}
    )
    timeout: float = field(default=180.0, metadata={"help": "seconds to wait for a picture"})
    preview: bool = field(default=False, metadata={"help": "low quality"})


class OpenAiStoryboarder(ReferenceStoryboarder):
    Options = OpenAiOptions
    name = "storyboard openai"
    edition = 1
    most_people = 6
    most_tokens = 4000
    num_workers = 4

    def __init__(self, options: OpenAiOptions) -> None:
        """Raises BackendUnavailable: the package or the key is missing."""
        require("openai", backend=self.name, extra="llm")
        if not os.environ.get("OPENAI_API_KEY"):
            raise BackendUnavailable(
                f"{self.name} needs a key: export OPENAI_API_KEY=..., from your account's page"
            )
        super().__init__(options.other_shot)
        self._options = options
        self._quality = "low" if options.preview else options.quality

    @property
    def made_with(self) -> str:
        service = self._options.base_url or os.environ.get("OPENAI_BASE_URL", "")
        return f"{self._options.model} {self._quality} {self._options.other_shot} {service}"

    def size(self, width: int, height: int) -> tuple[int, int]:
        wanted = np.log(width / height)
        return min(SIZES, key=lambda size: abs(float(np.log(size[0] / size[1]) - wanted)))

    def count(self, words: str) -> int:
        return len(words) // 3  # the service counts its own; English has more letters a token

    def paint(
        self, words: str, references: Sequence[Picture], *, width: int, height: int, seed: int
    ) -> Picture:
        """Raises BackendUnavailable where the service cannot be used, ShotFailed where it won't."""
        import openai

        asked: dict[str, Any] = {
            "model": self._options.model,
            "prompt": words,
            "size": f"{width}x{height}",
            "quality": self._quality,
            "n": 1,
        }
        images = self._client.images
        try:
            if references:
                files = [
                    (f"{n}.png", _png(one), "image/png") for n, one in enumerate(references, 1)
                ]
                answer = images.edit(image=files, **asked)
            else:
                answer = images.generate(**asked)
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise BackendUnavailable(
                f"{self.name}: the service refuses the key in OPENAI_API_KEY ({_reason(error)})"
            ) from None
        except openai.APIConnectionError as error:  # a timeout is one too
            raise BackendUnavailable(
                f"{self.name}: {self._client.base_url} does not answer ({_reason(error)}): is the "
                "network there? Run again, what is drawn is kept"
            ) from None
        except openai.NotFoundError as error:
            raise BackendUnavailable(
                f"{self.name}: there is no model '{self._options.model}' ({_reason(error)}): "
                "--option storyboard.model="
            ) from None
        except (openai.RateLimitError, openai.InternalServerError) as error:  # asked thrice
            raise BackendUnavailable(
                f"{self.name}: the service draws nothing more for now ({_reason(error)}): run "
                "again later, what is drawn is kept"
            ) from None
        except openai.APIStatusError as error:
            raise ShotFailed(f"the service will not draw this ({_reason(error)})") from None
        except (openai.APIResponseValidationError, ValueError):  # no JSON
            raise ShotFailed(NO_PICTURE) from None
        return self._picture(answer)

    def close(self) -> None:
        """Nothing to free: the client's connections go with it."""

    def _picture(self, answer: Any) -> Picture:
        try:
            coded = answer.data[0].b64_json if answer.data else None
            with Image.open(io.BytesIO(base64.b64decode(coded or "", validate=True))) as picture:
                return np.asarray(picture.convert("RGB"), np.uint8)
        except (AttributeError, UnidentifiedImageError, binascii.Error, OSError):
            raise ShotFailed(NO_PICTURE) from None  # AttributeError: it answered with a text

    @cached_property
    def _client(self) -> Any:
        from openai import OpenAI

        return OpenAI(base_url=self._options.base_url or None, timeout=self._options.timeout)


def _png(picture: Picture) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
