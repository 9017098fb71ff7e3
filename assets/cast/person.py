"""What a figure is: the words that describe it, and its look with the calm face all have."""

from __future__ import annotations

from dataclasses import dataclass

from scene import Look

CALM = {
    "eyeBlinkLeft": 0.06,
    "eyeBlinkRight": 0.06,
    "mouthSmileLeft": 0.14,
    "mouthSmileRight": 0.14,
    "torso/measure-shoulder-dist-decr": 0.75,
    "torso/torso-scale-horiz-decr": 0.15,
    "neck/neck-scale-vert-decr": 0.3,
}


@dataclass(frozen=True)
class Figure:
    """A figure and the words that describe it."""

    name: str
    gender: str
    age: str
    look_text: str
    hair: str
    skin: str
    clothes: str
    tags: tuple[str, ...]
    look: Look


def shape(
    gender: float,
    age: float,
    race: dict[str, float],
    details: dict[str, float] | None = None,
    **more,
) -> dict:
    """Shape settings with the calm face that everybody has."""
    return {
        "gender": gender,
        "age": age,
        "race": race,
        "proportions": 0.5,
        "details": {**CALM, **(details or {})},
        **more,
    }
