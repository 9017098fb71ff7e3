"""What a person may be called. Knows nothing of files."""

import re
import unicodedata

from script2movie.movie import NARRATOR
from script2movie.names import same_name

__all__ = ["MAX_NAME_LENGTH", "actor_and_character", "name_fault"]

MAX_NAME_LENGTH = 60  # characters; it stands on cards, in subtitles and in file names

_MARKS = frozenset(" '’‘.,-‐‑()&·")  # what names hold besides letters and digits
_MOVIEBENCH = re.compile(r"(?P<actor>[^_]+_.*?|[^_]+?)-(?P<character>.+)")


def actor_and_character(folder: str) -> tuple[str, str] | None:
    """MovieBench's 'Elliot_Page-Juno_MacGuff' as its two halves, None for a name without them.

    Both names may hold hyphens. An actor has a first and a last name, so the hyphen meant is the
    first one after the first underscore: 'Jean-Claude_Van_Damme-Guile', 'Tobey_Maguire-Spider-Man'.
    """
    match = _MOVIEBENCH.fullmatch(folder)
    return (match["actor"], match["character"]) if match else None


def name_fault(name: str) -> str:
    """Why nobody can be called `name`, to follow the name in a sentence; '' where all is well."""
    if len(name) > MAX_NAME_LENGTH:
        return f"has {len(name)} characters: shorten it to {MAX_NAME_LENGTH} or fewer"
    if same_name(name) == same_name(NARRATOR):
        return "is reserved for the voice that tells the story: call the person something else"
    for character in name:
        if character in _MARKS or unicodedata.category(character)[0] in "LMN":
            continue
        known = unicodedata.name(character, f"U+{ord(character):04X}").lower()
        return f"holds {known}: use letters, digits, spaces, apostrophes, dots and hyphens"
    if not any(character.isalpha() for character in name):
        return "holds no letter: name the person as the story does"
    return ""
