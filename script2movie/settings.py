"""What a user may choose, in one place, with defaults by profile. Refuses the impossible.

Which backends exist is `backends`' business; here they are names that a profile tunes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import cast

from script2movie.errors import SettingsError

__all__ = ["PROFILES", "TUNED", "Settings", "did_you_mean", "nearest", "settings_for"]

MOST_TAKES = 20
Options = Sequence[tuple[str, str]]
Choice = str | int | bool | Options


@dataclass(frozen=True)
class Settings:
    """All choices of one run. Sizes are pixels, even, 128 to 4096; fps 1 to 120; takes 1 to 20.

    `takes` is how often a line or a picture may be made until it is right, 0 as often as its
    backend asks for. `style` is '' to keep the plan's own. `options` are a backend's own choices
    as typed, such as ('storyboard.model', 'models/sdxl'); `backends` reads them.
    """

    profile: str = "embedded"
    planner: str = "embedded"
    speaker: str = "embedded"
    storyboard: str = "embedded"
    animator: str = "embedded"
    lipsync: str = "embedded"
    mixer: str = "embedded"
    width: int = 1280
    height: int = 720
    fps: int = 24
    seed: int = 0
    takes: int = 0
    style: str = ""
    music: bool = True
    subtitles: bool = True
    cards: bool = True
    options: tuple[tuple[str, str], ...] = ()

    @property
    def num_pictures(self) -> int:
        """How many takes a picture may have: one, unless somebody asks for more."""
        return self.takes or 1

    def options_of(self, stage: str) -> dict[str, str]:
        """What is asked of the backend of one stage, by the option's name."""
        return {
            name.removeprefix(f"{stage}."): value
            for name, value in self.options
            if name.startswith(f"{stage}.")
        }


PROFILES: dict[str, Settings] = {
    "embedded": Settings(),
    "preview": Settings(profile="preview", width=640, height=360, fps=12),
    "gpu-12gb": Settings(profile="gpu-12gb", storyboard="sdxl-ip-adapter"),
    "gpu-24gb": Settings(profile="gpu-24gb", storyboard="flux2-klein"),
    "gpu-80gb": Settings(profile="gpu-80gb", storyboard="flux2-klein"),
}

_HALF = {"dtype": "bfloat16"}
_THRIFTY = _HALF | {"offload": "model", "tiling": "true"}
_THRIFTIEST = _HALF | {"offload": "group", "tiling": "true", "quantisation": "float8"}
_SDXL = ("sdxl-ip-adapter", "sdxl-faceid", "sdxl-storydiffusion", "sdxl-lora", "storygen")
_CLIPS = (
    "svd",
    "i2vgen-xl",
    "magic-me",
    "dreamvideo",
)  # about 1.5 thousand million weights, float16
_VIDEO = ("cogvideox", "wan", "ltx2", "hunyuan-1.5")  # 5 to 19 thousand million
_SMALL = ("flux2-klein",)  # 4 thousand million weights
_LARGE = ("flux-kontext", "qwen-image-edit")  # 12 and 20 thousand million

TUNED: dict[str, dict[str, dict[str, str]]] = {
    "gpu-12gb": {
        **{f"storyboard {name}": {"offload": "model", "tiling": "true"} for name in _SDXL},
        **{f"storyboard {name}": _THRIFTY for name in _SMALL},
        **{f"storyboard {name}": _THRIFTIEST for name in _LARGE},
        **{f"animator {name}": {"offload": "model", "tiling": "true"} for name in _CLIPS},
        **{f"animator {name}": _THRIFTIEST for name in _VIDEO},
    },
    "gpu-24gb": {
        **{f"storyboard {name}": _HALF for name in _SMALL},
        **{f"storyboard {name}": _THRIFTY | {"quantisation": "float8"} for name in _LARGE},
        **{f"animator {name}": {"tiling": "true"} for name in _CLIPS},
        **{f"animator {name}": _THRIFTY for name in _VIDEO},
    },
    "gpu-80gb": {
        **{f"storyboard {name}": _HALF for name in (*_SMALL, *_LARGE)},
        **{f"animator {name}": _HALF for name in _VIDEO},
    },
}
"""How a profile runs a backend, whichever of the profile's or of the user's it is: its options."""


def settings_for(profile: str = "embedded", **choices: Choice | None) -> Settings:
    """The profile's settings with a user's choices over them; None leaves the profile's.

    Raises:
        SettingsError: an unknown profile or choice, or a value out of range.
    """
    if profile not in PROFILES:
        raise SettingsError(f"there is no profile '{profile}'{nearest(profile, PROFILES)}")
    given = {name: value for name, value in choices.items() if value is not None}
    typed = dict(cast(Options, given.pop("options", ())))
    try:
        settings = replace(PROFILES[profile], **given)  # type: ignore[arg-type]
    except TypeError:
        unknown = next(name for name in given if name not in Settings.__dataclass_fields__)
        raise SettingsError(
            f"there is no setting '{unknown}'{nearest(unknown, Settings.__dataclass_fields__)}"
        ) from None
    options = {  # a profile's own stand where nobody typed another value
        f"{stage}.{option}": value
        for key, tuned in TUNED.get(profile, {}).items()
        for stage, _, backend in [key.partition(" ")]
        if getattr(settings, stage) == backend
        for option, value in tuned.items()
    }
    settings = replace(settings, options=tuple(sorted((options | typed).items())))
    for side, pixels in (("width", settings.width), ("height", settings.height)):
        if not 128 <= pixels <= 4096 or pixels % 2:
            raise SettingsError(
                f"--size has a {side} of {pixels}; it must be an even number from 128 to 4096, "
                "as in --size 1280x720"
            )
    if not 1 <= settings.fps <= 120:
        raise SettingsError(f"--fps is {settings.fps}; it must be from 1 to 120, as in --fps 24")
    if not 0 <= settings.takes <= MOST_TAKES or given.get("takes") == 0:
        raise SettingsError(
            f"--takes is {settings.takes}; it must be from 1 to {MOST_TAKES}, as in --takes 3"
        )
    if not 0 <= settings.seed < 2**32:
        raise SettingsError(f"--seed is {settings.seed}; it must be from 0 to 4294967295")
    return settings


def nearest(name: str, names: Iterable[str]) -> str:
    """'; did you mean ...? (there are: ...)' for an error about a name that does not exist."""
    known = sorted(names)
    return f"{did_you_mean(name, known)} (there are: {', '.join(known)})"


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """'; did you mean ...?' where a name is near enough, else ''."""
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""
