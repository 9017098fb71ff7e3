"""Packs the 18 CC0 panoramas into script2movie/assets/panoramas and describes them.

Build-time only: `python assets/sets/panoramas.py SOURCE_FOLDER` (needs opencv and numpy).
Yaw is in degrees, 0 at the centre column, growing to the right; elevation is above the horizon.
The sources end 54 degrees above and below the horizon in black: the bands are filled with the
smoothed colours of their edge, so that a tilted camera meets a soft sky or ground.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np

TARGET = Path(__file__).parents[2] / "script2movie/assets/panoramas"
QUALITY = 80
NIGHT_GRADE = (0.80, 0.66, 0.56)  # gain of B, G, R: a long exposure brought back to night

# name: (title, interior, night, front, reverse, key yaw, key elevation, kelvin, tags)
PLACES: dict[str, tuple[str, bool, bool, int, int, int, int, int, str]] = {
    "bl_city": (
        "city rooftop car park",
        False,
        False,
        15,
        -160,
        43,
        38,
        6500,
        "city rooftop roof car-park parking-lot skyline downtown business-district towers "
        "skyscraper construction-site helipad",
    ),
    "bl_courtyard": (
        "sunny courtyard",
        False,
        False,
        75,
        -105,
        14,
        40,
        5600,
        "courtyard yard backyard garage carport driveway farm villa house patio village "
        "home kennel",
    ),
    "bl_forest": (
        "garden path",
        False,
        False,
        -5,
        175,
        123,
        45,
        5800,
        "garden park path trail woods grove gardens footpath bridge stream wilderness "
        "shrine orchard",
    ),
    "bl_interior": (
        "hotel room",
        True,
        False,
        -32,
        125,
        18,
        10,
        4800,
        "hotel hotel-room bedroom room suite motel guest-room apartment dormitory bed lodging",
    ),
    "bl_sunrise": (
        "meadow at sunrise",
        False,
        False,
        -62,
        128,
        38,
        13,
        4300,
        "meadow field countryside farm farmland plain grassland sunrise dawn morning "
        "pasture valley prairie",
    ),
    "bl_sunset": (
        "quay at sunset",
        False,
        False,
        5,
        168,
        36,
        12,
        4000,
        "harbour harbor quay pier promenade waterfront seaside sea coast sunset dusk "
        "evening dock lagoon",
    ),
    "pm_apartment": (
        "empty apartment",
        True,
        False,
        -25,
        130,
        52,
        12,
        5400,
        "apartment flat room empty-room house new-home living-room studio hallway loft home",
    ),
    "pm_bridge": (
        "glass footbridge",
        True,
        False,
        45,
        -135,
        9,
        30,
        6000,
        "corridor walkway skybridge bridge passage tunnel airport terminal station "
        "hallway hospital-corridor spaceship",
    ),
    "pm_city": (
        "city square",
        False,
        False,
        38,
        -140,
        -75,
        45,
        6800,
        "city square plaza street avenue boulevard downtown crossing intersection bench "
        "tram-stop capital",
    ),
    "pm_esplanade": (
        "shopping mall",
        True,
        False,
        59,
        -120,
        -33,
        50,
        4200,
        "mall shopping-mall shopping-centre arcade gallery casino foyer atrium store "
        "boutique department-store cruise-ship",
    ),
    "pm_forest": (
        "pine forest",
        False,
        False,
        60,
        -100,
        50,
        48,
        5200,
        "forest wood woods woodland trees clearing wilderness mountain campsite trail "
        "hunting-ground",
    ),
    "pm_hall": (
        "ballroom",
        True,
        False,
        137,
        -45,
        70,
        15,
        5200,
        "hall ballroom banquet-hall dance-hall stage theater theatre auditorium wedding- "
        "hall reception assembly-hall gym",
    ),
    "pm_lab": (
        "old laboratory",
        True,
        False,
        35,
        -148,
        21,
        42,
        5600,
        "laboratory lab workshop school-lab engine-room machine-room university classroom "
        "research-centre power-plant institute",
    ),
    "pm_lobby": (
        "bright lobby",
        True,
        False,
        -15,
        155,
        -49,
        30,
        4300,
        "lobby reception foyer entrance waiting-room school university museum library "
        "community-centre clinic office-building",
    ),
    "pm_night": (
        "savannah at night",
        False,
        True,
        21,
        -120,
        -150,
        30,
        7500,
        "desert savannah night steppe bush plain wasteland wilderness outback countryside "
        "starlight",
    ),
    "pm_venice": (
        "seafront at dawn",
        False,
        False,
        80,
        -105,
        -16,
        18,
        7000,
        "seafront beach shore sea harbour harbor promenade island dawn lagoon coast "
        "lighthouse canal",
    ),
    "pm_warehouse": (
        "warehouse",
        True,
        False,
        48,
        -130,
        -119,
        35,
        5000,
        "warehouse depot storehouse hangar garage parking-garage basement factory hideout "
        "cellar bunker storage",
    ),
    "pm_workshop": (
        "factory workshop",
        True,
        False,
        60,
        -112,
        84,
        40,
        5200,
        "factory workshop plant mill carpentry sawmill garage shop-floor industrial-hall "
        "assembly-line foundry",
    ),
}


def fill_bands(picture: np.ndarray) -> np.ndarray:
    """Replaces the black rows at top and bottom by the smoothed colours of the rows beside them."""
    height, width = picture.shape[:2]
    lit = np.flatnonzero(picture.reshape(height, -1).max(axis=1) > 30)
    first, last = int(lit[0]) + 3, int(lit[-1]) - 3
    out = picture.astype(np.float32)
    for edge, rows in ((first, range(first - 1, -1, -1)), (last, range(last + 1, height))):
        inside = slice(edge, edge + 12) if edge == first else slice(edge - 11, edge + 1)
        line = out[inside].mean(axis=0)[None]
        mean = line.mean(axis=1, keepdims=True)
        steps = len(rows)
        for step, row in enumerate(rows):
            sigma = 2 + 0.25 * step
            tiled = np.concatenate([line, line, line], axis=1)
            soft = cv2.GaussianBlur(tiled, (0, 0), sigmaX=min(sigma, width / 8), sigmaY=0.01)[
                :, width : 2 * width
            ]
            share = (step / steps) ** 1.5
            out[row] = (1 - share) * soft[0] + share * mean[0]
    return np.clip(out, 0, 255).astype(np.uint8)


def main(source: Path) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, (
        title,
        interior,
        night,
        front,
        reverse,
        yaw,
        elevation,
        kelvin,
        tags,
    ) in PLACES.items():
        picture = fill_bands(cv2.imread(str(source / f"{name}.jpg")))
        if night:
            picture = np.clip(picture * np.array(NIGHT_GRADE), 0, 255).astype(np.uint8)
        cv2.imwrite(
            str(TARGET / f"{name}.jpg"),
            picture,
            [
                cv2.IMWRITE_JPEG_QUALITY,
                QUALITY,
                cv2.IMWRITE_JPEG_OPTIMIZE,
                1,
                cv2.IMWRITE_JPEG_PROGRESSIVE,
                1,
            ],
        )
        entries.append(
            {
                "name": name,
                "title": title,
                "picture": f"{name}.jpg",
                "interior": interior,
                "time": "night" if night else "day",
                "front": front,
                "reverse": reverse,
                "key_light": {"yaw": yaw, "elevation": elevation, "kelvin": kelvin},
                "eye_level": 0.5,  # share of the height at which the horizon lies
                "tags": [tag.replace("-", " ") for tag in tags.split()],
            }
        )
    (TARGET / "panoramas.json").write_text(json.dumps({"panoramas": entries}, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
