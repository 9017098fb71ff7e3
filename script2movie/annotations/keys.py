"""What MovieBench calls its own files and keys, and where a user gets each part.

The only place that knows these words (arXiv 2411.15262 and its repository, showlab/MovieBench).
"""

import re
from typing import Final

__all__ = [
    "ANNOTATIONS",
    "BACKGROUND",
    "BANK",
    "CAMERA",
    "CHARACTERS",
    "CLIPS",
    "IMDB",
    "PARTS",
    "PLOT",
    "SCENES",
    "SCENE_KEY",
    "SCORING_BANK",
    "SHOT_ID",
    "SPLIT",
    "STYLE",
    "SYNOPSES",
    "TEST",
    "TRAIN",
]

# Files and folders. A folder is found by its first words: the rest of the name is a date.
ANNOTATIONS = "Annotation_Shot_Desc_11.15_V2_160movies"
BANK = "Character_Bank_All_11.16"
SCORING_BANK = "Char_Bank"
CLIPS = "LSMDC"
SPLIT = "data_split.json"
SCENES = "movies_scenes.json"
SYNOPSES = "mad2plot.json"
IMDB = "mad2imdb.json"

# Keys inside
CHARACTERS: Final = "Characters"
STYLE: Final = "Style Elements"
PLOT: Final = "Plot"
BACKGROUND: Final = "Background Description"
CAMERA: Final = "Camera Motion"
TRAIN, TEST = "Train", "Test"

SHOT_ID = re.compile(
    r"(?P<film>.+)_(?P<start>\d{2}\.\d{2}\.\d{2}\.\d{3})-(?P<end>\d{2}\.\d{2}\.\d{2}\.\d{3})"
)
SCENE_KEY = re.compile(
    r"\s*(?:Sence|Scene)\s*(?P<number>\d+)\s*:?\s*(?P<description>.*)", re.DOTALL
)

_RELEASE = "the data set's page, https://github.com/showlab/MovieBench"
PARTS = {
    ANNOTATIONS: ("shot annotations", _RELEASE),
    BANK: ("the character bank", _RELEASE),
    SCORING_BANK: ("the scoring bank", _RELEASE),
    SPLIT: ("which films are for tests", _RELEASE),
    SCENES: ("which shots make a scene", _RELEASE),
    SYNOPSES: ("synopses", _RELEASE),
    IMDB: ("IMDb's numbers of the films", _RELEASE),
    CLIPS: (
        "the films' own clips",
        "LSMDC, on request: https://sites.google.com/site/describingmovies/download",
    ),
}
