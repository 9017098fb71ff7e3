"""What passes between the stages, and one small protocol per stage.

    planning   Brief, Outline -> Planner
    views      Setting (a scene without its shots), View (a shot without its sound)
    sound      Voice, Speech, Cue -> Speaker, Mixer
    pictures   Likeness, Keyframe, Companion, Layers, Frame -> Storyboarder, Animator, LipSyncer

Knows the shapes and units of everything that crosses; knows no backend. A backend is a class
that fits a protocol: `fingerprint` names all that changes its output, `num_workers` says how many
of its calls may run side by side, opening it is cheap and checks everything it needs, weights load
at first use, `close` frees them.
"""

from script2movie.stages.pictures import (
    NUM_LANDMARKS,
    Animator,
    Backdrop,
    Companion,
    Face,
    FaceTrack,
    Frame,
    Keyframe,
    Layers,
    Likeness,
    LipSyncer,
    PersonLayer,
    Storyboarder,
    Watch,
    Watched,
)
from script2movie.stages.planning import (
    AskingPlanner,
    Brief,
    Expense,
    Memory,
    Outline,
    OutlineScene,
    Planner,
)
from script2movie.stages.sound import (
    MIX_RATE,
    SPEECH_RATE,
    STEMS,
    Cue,
    Mixer,
    Phoneme,
    Reference,
    Speaker,
    Speech,
    TimedSpeech,
    Utterance,
    Voice,
    Word,
)
from script2movie.stages.views import Setting, View, setting_of, view_of

__all__ = [
    "MIX_RATE",
    "NUM_LANDMARKS",
    "SPEECH_RATE",
    "STEMS",
    "Animator",
    "AskingPlanner",
    "Backdrop",
    "Brief",
    "Companion",
    "Cue",
    "Expense",
    "Face",
    "FaceTrack",
    "Frame",
    "Keyframe",
    "Layers",
    "Likeness",
    "LipSyncer",
    "Memory",
    "Mixer",
    "Outline",
    "OutlineScene",
    "PersonLayer",
    "Phoneme",
    "Planner",
    "Reference",
    "Setting",
    "Speaker",
    "Speech",
    "Storyboarder",
    "TimedSpeech",
    "Utterance",
    "View",
    "Voice",
    "Watch",
    "Watched",
    "Word",
    "setting_of",
    "view_of",
]
