"""A folder of people into the characters of a film; who has no portrait is played by a figure.

    folder    the layouts a cast folder may have, and who is in it
    names     what a person may be called
    photos    which photos can be a portrait
    voices    voice samples: long enough, loud enough, whole
    about     what `about.txt` says of a person: gender, age, other names
    harvest   voice samples out of a film
    figures   the default cast, dealt once for a film

Knows nothing of scenes and shots. Refuses with `BankError`; several faults are several lines.
"""

from script2movie.bank.figures import Figure, complete_bank, default_figures
from script2movie.bank.folder import names_in_bank, read_bank
from script2movie.bank.harvest import Diarizer, Harvest, WordTranscriber, harvest_voices

__all__ = [
    "Diarizer",
    "Figure",
    "Harvest",
    "WordTranscriber",
    "complete_bank",
    "default_figures",
    "harvest_voices",
    "names_in_bank",
    "read_bank",
]
