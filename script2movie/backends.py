"""The one place where a name becomes a backend.

Ours are listed here as 'module:Class' and imported when chosen; anyone else's plug in through
the entry point groups 'script2movie.<stage>'. A backend never turns into another one.

A class that has choices of its own declares them as `Options`, a frozen dataclass whose fields
all have defaults, and is opened with one: `--option storyboard.steps=30` reaches its field `steps`.
A field's metadata may hold `help`, a line for a list.
"""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from importlib.metadata import entry_points
from typing import Any, Protocol, cast, get_type_hints

from script2movie.errors import SettingsError
from script2movie.settings import Settings, nearest
from script2movie.stages import Animator, LipSyncer, Mixer, Planner, Speaker, Storyboarder

__all__ = [
    "BACKENDS",
    "HEARING",
    "STAGES",
    "Backend",
    "Crew",
    "available",
    "backend_named",
    "open_backend",
    "open_crew",
    "open_planner",
    "options_of",
    "read_options",
]

STAGES = ("planner", "speaker", "storyboard", "animator", "lipsync", "mixer")
HEARING = ("transcriber", "diarizer")  # not of a film that is made: of one that is listened to


@dataclass(frozen=True)
class Backend:
    """A backend by name: `target` is 'module:Class', `summary` one line for a list.

    `billed_by` says who is paid for each call, '' for one that costs nothing but time.
    """

    target: str
    summary: str
    billed_by: str = ""


BACKENDS: dict[str, dict[str, Backend]] = {
    "planner": {
        "embedded": Backend(
            "script2movie.planner.embedded:EmbeddedPlanner",
            "grammar and film rules, no model server, seconds",
        ),
        "screenplay": Backend(
            "script2movie.planner.screenplay:ScreenplayPlanner",
            "a Fountain or Final Draft screenplay, every scene and line its own; chosen for one",
        ),
        "llm": Backend(
            "script2movie.planner.llm:LLMPlanner",
            "a language model behind an OpenAI-compatible server: OpenAI, vLLM, Ollama, llama.cpp",
            billed_by="OpenAI, or whoever runs the server that planner.base_url names",
        ),
    },
    "speaker": {
        "embedded": Backend(
            "script2movie.audio.embedded:EmbeddedSpeaker",
            "Kokoro, English voices of both genders, matched to a sample",
        ),
        "openai": Backend(
            "script2movie.audio.openai_speech:OpenAISpeaker",
            "a service's voices by OpenAI's protocol, directed by the parentheticals; paid for",
            billed_by="OpenAI, or whoever runs the server that speaker.base_url names",
        ),
        "f5-tts": Backend(
            "script2movie.audio.f5:F5Speaker",
            "F5-TTS, cloned from each sample; its weights are not for commercial use (CC-BY-NC)",
        ),
        "xtts": Backend(
            "script2movie.audio.checkout_speech:Xtts",
            "XTTS v2 in an environment of its own; weights not for commercial use (CPML)",
        ),
        "yourtts": Backend(
            "script2movie.audio.checkout_speech:YourTts",
            "YourTTS in an environment of its own; weights not for commercial use (CC-BY-NC-ND)",
        ),
        "chatterbox": Backend(
            "script2movie.audio.checkout_speech:Chatterbox",
            "Chatterbox in an environment of its own (MIT)",
        ),
        "qwen3-tts": Backend(
            "script2movie.audio.checkout_speech:Qwen3Tts",
            "Qwen3-TTS in an environment of its own (Apache-2.0)",
        ),
        "checkout": Backend(
            "script2movie.audio.checkout_speech:CheckoutSpeaker",
            "a program of your own, by the protocol of docs/workers.md",
        ),
    },
    "storyboard": {
        "embedded": Backend(
            "script2movie.storyboard.embedded:EmbeddedStoryboarder",
            "people cut out of their portraits, relit and placed on sets",
        ),
        "sdxl-ip-adapter": Backend(
            "script2movie.storyboard.sdxl_ip_adapter:SdxlIpAdapterStoryboarder",
            "SDXL, each person's portrait in their own part of the frame",
        ),
        "sdxl-faceid": Backend(
            "script2movie.storyboard.sdxl_faceid:SdxlFaceIdStoryboarder",
            "SDXL, each person by insightface's embedding of their portrait; research only",
        ),
        "sdxl-storydiffusion": Backend(
            "script2movie.storyboard.sdxl_storydiffusion:SdxlStoryDiffusionStoryboarder",
            "StoryDiffusion: a scene's shots share attention, on SDXL with portraits",
        ),
        "sdxl-lora": Backend(
            "script2movie.storyboard.sdxl_lora:SdxlLoraStoryboarder",
            "SDXL with a LoRA for each person (train-lora), each in their own region",
        ),
        "flux2-klein": Backend(
            "script2movie.storyboard.flux2_klein:Flux2KleinStoryboarder",
            "FLUX.2 klein, portraits and another shot of the scene as references",
        ),
        "flux-kontext": Backend(
            "script2movie.storyboard.flux_kontext:FluxKontextStoryboarder",
            "FLUX.1 Kontext, portraits side by side as its one reference",
        ),
        "qwen-image-edit": Backend(
            "script2movie.storyboard.qwen_image_edit:QwenImageEditStoryboarder",
            "Qwen-Image-Edit 2509 and 2511, portraits and another shot as references",
        ),
        "storygen": Backend(
            "script2movie.storyboard.storygen:StoryGenStoryboarder",
            "StoryGen on Stable Diffusion 1.5: each shot from portraits and the shots before",
        ),
        "openai": Backend(
            "script2movie.storyboard.openai:OpenAiStoryboarder",
            "a hosted image model: costs money, and the portraits leave this machine",
            billed_by="OpenAI, or whoever runs the server that storyboard.base_url names",
        ),
    },
    "animator": {
        "embedded": Backend(
            "script2movie.animate.embedded:EmbeddedAnimator",
            "camera moves with parallax, people who breathe and look",
        ),
        "svd": Backend(
            "script2movie.animate.svd:SVDAnimator",
            "Stable Video Diffusion: a picture moves, told only how much",
        ),
        "wan": Backend(
            "script2movie.animate.wan:WanAnimator",
            "Wan 2.1, 2.2 A14B and 2.2 5B: a picture and a text",
        ),
        "cogvideox": Backend(
            "script2movie.animate.cogvideox:CogVideoXAnimator",
            "CogVideoX 5B-I2V and 1.5: a picture and a text",
        ),
        "i2vgen-xl": Backend(
            "script2movie.animate.i2vgen_xl:I2VGenXLAnimator",
            "I2VGen-XL: a picture and a text, 16 frames a clip",
        ),
        "ltx2": Backend(
            "script2movie.animate.ltx2:LTX2Animator",
            "LTX-2: goes on from the motion of the last frames",
        ),
        "hunyuan-1.5": Backend(
            "script2movie.animate.hunyuan:HunyuanAnimator",
            "HunyuanVideo 1.5: a picture and a text",
        ),
        "dreamvideo": Backend(
            "script2movie.animate.dreamvideo:DreamVideoAnimator",
            "DreamVideo on ModelScope: a learned person and learned motions, no keyframe",
        ),
        "magic-me": Backend(
            "script2movie.animate.magic_me:MagicMeAnimator",
            "Magic-Me on AnimateDiff: learned people in a text, no keyframe",
        ),
    },
    "lipsync": {
        "embedded": Backend(
            "script2movie.audio.lipsync:EmbeddedLipSyncer",
            "visemes with coarticulation, warped into the speaker's mouth, on any video",
        ),
        "latentsync": Backend(
            "script2movie.audio.checkout_lips:LatentSync", "LatentSync, from a checkout of yours"
        ),
        "musetalk": Backend(
            "script2movie.audio.checkout_lips:MuseTalk", "MuseTalk 1.5, from a checkout of yours"
        ),
        "wav2lip": Backend(
            "script2movie.audio.checkout_lips:Wav2Lip",
            "Wav2Lip, from a checkout of yours; research only",
        ),
        "hallo2": Backend(
            "script2movie.audio.checkout_lips:Hallo2",
            "Hallo2's talking heads, from a checkout of yours",
        ),
        "edtalk": Backend(
            "script2movie.audio.checkout_lips:EdTalk", "EDTalk, from a checkout of yours"
        ),
        "checkout": Backend(
            "script2movie.audio.checkout_lips:CheckoutLipSyncer",
            "a program of your own, by the protocol of docs/workers.md",
        ),
    },
    "mixer": {
        "embedded": Backend(
            "script2movie.audio.mix:EmbeddedMixer",
            "dialogue, room tone and music to -16 LUFS",
        ),
    },
    "transcriber": {
        "embedded": Backend(
            "script2movie.perception.transcript:Transcriber", "Whisper tiny.en: English"
        ),
        "whisper": Backend(
            "script2movie.perception.published.whisper:ChosenWhisper",
            "the published Whisper-large-v3, by transformers (MIT, weights Apache-2.0)",
        ),
    },
    "diarizer": {
        "embedded": Backend(
            "script2movie.perception.diarization:EmbeddedDiarizer",
            "phrases put together by voice; finds no two voices at once",
        ),
        "pyannote": Backend(
            "script2movie.audio.checkout_diarization:Pyannote",
            "pyannote.audio in an environment of its own (MIT, weights CC-BY-4.0)",
        ),
        "checkout": Backend(
            "script2movie.audio.checkout_diarization:CheckoutDiarizer",
            "a program of your own, by the protocol of docs/workers.md",
        ),
    },
}


class Opened(Protocol):
    """What every backend has, whatever its stage."""

    @property
    def fingerprint(self) -> str: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Crew:
    """The open backends of one film."""

    speaker: Speaker
    storyboarder: Storyboarder
    animator: Animator
    lip_syncer: LipSyncer
    mixer: Mixer

    @property
    def fingerprints(self) -> dict[str, str]:
        """By stage."""
        return {
            "speaker": self.speaker.fingerprint,
            "storyboard": self.storyboarder.fingerprint,
            "animator": self.animator.fingerprint,
            "lipsync": self.lip_syncer.fingerprint,
            "mixer": self.mixer.fingerprint,
        }

    def __iter__(self) -> Iterator[Opened]:
        yield from (
            self.speaker,
            self.storyboarder,
            self.animator,
            self.lip_syncer,
            self.mixer,
        )

    def close(self) -> None:
        for backend in self:
            backend.close()


def available(stage: str) -> dict[str, Backend]:
    """Every backend of a stage by name: ours, then those of installed packages."""
    plugged = {
        point.name: Backend(point.value, f"from {point.dist.name if point.dist else 'a plug-in'}")
        for point in entry_points(group=f"script2movie.{stage}")
    }
    return BACKENDS[stage] | plugged


def backend_named(stage: str, name: str) -> Backend:
    """The backend of a stage, not opened. Raises SettingsError where there is none of this name."""
    backends = available(stage)
    if name not in backends:
        raise SettingsError(f"there is no {stage} '{name}'{nearest(name, backends)}")
    return backends[name]


def options_of(stage: str, name: str) -> Any:
    """The backend's `Options` class, None where it has no choices."""
    return getattr(_class_of(stage, name), "Options", None)


def read_options(stage: str, name: str, typed: Mapping[str, str]) -> Any:
    """The backend's options with what was typed in them, None where it has no choices.

    Raises:
        SettingsError: an option that the backend does not have, or a value it cannot be.
    """
    kind = options_of(stage, name)
    known = {field.name for field in fields(kind)} if kind else set()
    for option in typed:
        if option not in known:
            hint = nearest(option, known) if known else "; it has no options"
            raise SettingsError(f"{stage} '{name}' has no option '{option}'{hint}")
    if kind is None:
        return None
    from pydantic import TypeAdapter, ValidationError

    hints = get_type_hints(kind)
    values = {}
    for option, text in typed.items():
        try:
            values[option] = TypeAdapter(hints[option]).validate_strings(text)
        except ValidationError as error:
            wanted = error.errors(include_url=False)[0]["msg"]
            raise SettingsError(f"--option {stage}.{option} is '{text}'. {wanted}") from None
    return kind(**values)


def open_backend(stage: str, name: str, typed: Mapping[str, str] | None = None) -> Opened:
    """The backend, open: all it needs is there, its weights not yet loaded.

    Raises:
        SettingsError: no backend of this name, or an option that it does not have.
        BackendUnavailable, WeightsError: it cannot run on this machine as it is.
    """
    options = read_options(stage, name, typed or {})
    backend = _class_of(stage, name)
    return cast(Opened, backend() if options is None else backend(options))


def _class_of(stage: str, name: str) -> Any:
    module, _, attribute = backend_named(stage, name).target.partition(":")
    return getattr(importlib.import_module(module), attribute)


@contextmanager
def open_planner(settings: Settings) -> Iterator[Planner]:
    """The planner that the settings name, closed at the end."""
    planner = cast(Planner, _opened("planner", settings))
    try:
        yield planner
    finally:
        planner.close()


@contextmanager
def open_crew(settings: Settings) -> Iterator[Crew]:
    """All backends that shoot a film, opened before the first is used, closed at the end."""
    crew = Crew(
        speaker=cast(Speaker, _opened("speaker", settings)),
        storyboarder=cast(Storyboarder, _opened("storyboard", settings)),
        animator=cast(Animator, _opened("animator", settings)),
        lip_syncer=cast(LipSyncer, _opened("lipsync", settings)),
        mixer=cast(Mixer, _opened("mixer", settings)),
    )
    try:
        yield crew
    finally:
        crew.close()


def _opened(stage: str, settings: Settings) -> Opened:
    return open_backend(stage, getattr(settings, stage), settings.options_of(stage))
