"""How a line is said: parentheticals and punctuation as pace, level and pitch.

Knows English stage directions. Knows nothing of voices or sound.
"""

import re
from dataclasses import dataclass
from math import prod

from script2movie.movie import Line

__all__ = ["Delivery", "delivery_of"]


@dataclass(frozen=True)
class Delivery:
    """`pace` multiplies the speaking rate, `gain` is dB over normal speech, `pitch` a ratio."""

    pace: float = 1.0
    gain: float = 0.0
    pitch: float = 1.0


_WAYS: tuple[tuple[str, Delivery], ...] = (
    (r"whisper|hushed|under (?:his|her|their) breath|sotto", Delivery(0.92, -6.0)),
    (
        r"soft|quiet|gentl|tender|murmur|mutter|low voice|to (?:him|her|them)self",
        Delivery(0.95, -3),
    ),
    (r"shout|yell|scream|bellow|roar|loud|calls? out|calling", Delivery(1.05, 4.0, 1.01)),
    (r"angr|furious|snap|fierce|bark|rage", Delivery(1.06, 2.0, 1.005)),
    (r"sad|cry|sob|tear|weep|griev|broken|weary|tired|exhaust|sigh", Delivery(0.88, -2.0, 0.995)),
    (r"slow|paus|hesita|thought|dream|solemn|grave|careful|faint|weak", Delivery(0.88, -1.0)),
    (r"quick|hurr|urgent|rush|fast|rapid|panic|breathless|frantic", Delivery(1.13, 1.0, 1.005)),
    (r"excit|happ|cheer|laugh|joy|delight|bright|smil|grin", Delivery(1.05, 0.5, 1.005)),
    (r"nervous|scared|afraid|frighten|trembl", Delivery(1.06, -1.0, 1.005)),
    (r"cold|dry|deadpan|flat|calm|firm|stern", Delivery(0.95, 0.0, 0.995)),
)
_SLOWEST, _FASTEST = 0.8, 1.22
_SOFTEST, _LOUDEST = -7.0, 5.0
_LOWEST, _HIGHEST = 0.99, 1.01  # 4 % between two lines and the encoder hears two people


def delivery_of(line: Line) -> Delivery:
    """The delivery that the parenthetical asks for, and the punctuation where it asks nothing."""
    asked = line.parenthetical.lower()
    ways = [way for pattern, way in _WAYS if re.search(rf"\b(?:{pattern})", asked)]
    letters = [sign for sign in line.text if sign.isalpha()]
    ending = line.text.rstrip("\"'”’ ")
    if ending.endswith("!"):
        ways.append(Delivery(1.02, 1.5))
    if len(letters) > 3 and sum(map(str.isupper, letters)) > 0.8 * len(letters):
        ways.append(Delivery(1.03, 3.0, 1.005))
    if ending.endswith(("…", "...")):
        ways.append(Delivery(0.95, -1.0))
    return Delivery(
        pace=min(_FASTEST, max(_SLOWEST, prod(way.pace for way in ways))),
        gain=min(_LOUDEST, max(_SOFTEST, sum(way.gain for way in ways))),
        pitch=min(_HIGHEST, max(_LOWEST, prod(way.pitch for way in ways))),
    )
