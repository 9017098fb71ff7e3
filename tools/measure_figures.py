"""Measures which default figures a face recogniser may take for each other.

    python tools/measure_figures.py

Writes script2movie/assets/cast/alike.json: for every figure those nearer than SAME_PERSON and how
far they are. Run it after a portrait of the default cast has changed; needs the embedded weights.
"""

import json
from importlib import resources
from itertools import combinations
from pathlib import Path

import numpy as np

from script2movie.movie import Character, Portrait
from script2movie.perception.identity import SAME_PERSON
from script2movie.storyboard.embedded import EmbeddedStoryboarder

CAST = Path(str(resources.files("script2movie"))) / "assets" / "cast"


def main() -> None:
    storyboard = EmbeddedStoryboarder()
    faces = {
        path.parent.name: storyboard.prepare(
            Character(path.parent.name, (Portrait(path, default_figure=True),))
        ).embedding
        for path in sorted(CAST.glob("*/portrait.webp"))
    }
    alike: dict[str, dict[str, float]] = {name: {} for name in faces}
    for one, other in combinations(faces, 2):
        distance = float(np.linalg.norm(faces[one] - faces[other]))
        if distance < SAME_PERSON:
            alike[one][other] = alike[other][one] = round(distance, 2)
    path = CAST / "alike.json"
    path.write_text(json.dumps(alike, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    pairs = sum(map(len, alike.values())) // 2
    print(f"{path}: {pairs} of {len(faces) * (len(faces) - 1) // 2} pairs below {SAME_PERSON}")


if __name__ == "__main__":
    main()
