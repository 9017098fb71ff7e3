"""A line cut where a speaker would breathe, and its parts joined again without a click.

Knows text, marks and samples at SPEECH_RATE. Knows nothing of models.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from script2movie.stages import SPEECH_RATE

__all__ = ["join_parts", "split_clauses", "trimmed"]

Samples = NDArray[np.float32]

PAUSES = {".": 0.28, "!": 0.28, "?": 0.30, "…": 0.40, ";": 0.20, ":": 0.20, "—": 0.20, ",": 0.14}
BREAKS = (r"(?<=[.!?…。！？])\s*", r"(?<=[;:—,，；：、])\s*", r"\s+", r"")  # the rarest cut first
EDGE = 0.04  # seconds of room kept before the first and after the last sound
FADE = 0.008  # seconds of fade at each end
WINDOW = 0.01  # seconds over which level is taken
FAINT = 10 ** (-40 / 20)  # of the loud parts: what is quieter is silence


def split_clauses(text: str, most: int) -> list[str]:
    """Parts of at most `most` characters: at sentences, else clauses, else words, else anywhere.

    Neighbours are put together again while they fit, so that parts are few and long.
    """
    return _split(" ".join(text.split()), most, 0)


def _split(text: str, most: int, level: int) -> list[str]:
    if len(text) <= most or level == len(BREAKS):
        return [text] if text else []
    if not BREAKS[level]:
        return [text[start : start + most] for start in range(0, len(text), most)]
    parts: list[str] = []
    for piece in re.split(BREAKS[level], text):
        if parts and len(parts[-1]) + 1 + len(piece) <= most:
            parts[-1] = f"{parts[-1]} {piece}".strip()
        else:
            parts += _split(piece, most, level + 1)
    return parts


def trimmed(samples: Samples) -> Samples:
    """The sound without silence at its ends but for 40 ms, faded in and out."""
    window = round(WINDOW * SPEECH_RATE)
    whole = samples[: len(samples) // window * window].reshape(-1, window)
    if not len(whole):
        return samples
    levels = np.sqrt(np.square(whole).mean(axis=1))
    loud = np.flatnonzero(levels > FAINT * np.quantile(levels, 0.95))
    if not loud.size:
        return samples
    edge = round(EDGE * SPEECH_RATE)
    start = max(0, int(loud[0]) * window - edge)
    kept = samples[start : (int(loud[-1]) + 1) * window + edge].copy()
    length = min(round(FADE * SPEECH_RATE), len(kept) // 2)
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    kept[:length] *= ramp
    kept[len(kept) - length :] *= ramp[::-1]
    return kept


def join_parts(parts: Sequence[tuple[str, Samples]]) -> Samples:
    """Each part's text and sound, one after the other, with the pause that its last mark asks."""
    joined: list[Samples] = []
    for number, (text, samples) in enumerate(parts):
        joined.append(trimmed(samples))
        if number + 1 < len(parts):
            pause = PAUSES.get(text.rstrip("\"'”’ ")[-1:], 0.06) - 2 * EDGE
            joined.append(np.zeros(round(max(0.0, pause) * SPEECH_RATE), np.float32))
    return np.concatenate(joined) if joined else np.zeros(0, np.float32)
