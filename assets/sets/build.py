"""Builds a set in 3D and renders its plates, depths, panoramas and set.json.

    python assets/sets/build.py --set living_room              everything of one set
    python assets/sets/build.py --set living_room --draft      small looks, spots drawn in
    python assets/sets/build.py --set living_room --view a --night
    python assets/sets/build.py --credits                      CREDITS.md of all sets

Build script: runs inside Blender's Python (bpy 5.0), see README.md. Masters (PNG) go to --masters,
the package's JPEGs and JSON to script2movie/assets/sets/<name>/.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import bar
import bedroom
import car
import export
import furniture
import homes
import hospital
import kitchen
import office
import outdoors
import park
import shop
import stage

SETS = {
    "living_room": homes.living_room,
    "kitchen": kitchen.kitchen,
    "street": outdoors.street,
    "bar": bar.bar,
    "office": office.office,
    "bedroom": bedroom.bedroom,
    "hospital_room": hospital.hospital_room,
    "park": park.park,
    "shop": shop.shop,
    "car": car.car,
}
PACKAGE = Path(__file__).parents[2] / "script2movie/assets/sets"
DRAFT_WIDTH, DRAFT_SAMPLES = 352, 5


def threads(wanted: int) -> int:
    """Two threads only while nobody else computes: the build machine had two cores and other
    users.
    """
    return wanted or (2 if os.getloadavg()[0] < 1.7 else 1)


def build(name: str) -> stage.SetPlan:
    """Empties the stage and builds one set on it."""
    started = time.time()
    stage.empty_stage()
    furniture.forget()
    plan = SETS[name]()
    print(f"BUILT {plan.name} in {time.time() - started:.1f} s", flush=True)
    return plan


def shoot(
    plan: stage.SetPlan, views: list[str], when: str, chosen: argparse.Namespace, masters: Path
) -> None:
    """Renders the chosen views by day or by night."""
    stage.switch_light(when)
    for view in views:
        pano = view == "pano"
        samples = DRAFT_SAMPLES if chosen.draft else chosen.samples
        stage.settings(samples, threads(chosen.threads), plan.exposure[when])
        stage.set_camera(None if pano else plan.views[view], plan.pano if pano else None)
        width = (
            DRAFT_WIDTH
            if chosen.draft
            else chosen.width
            if when == "day"
            else chosen.width * 7 // 8
        )
        size = (width, width // 2) if pano else (width, width * 9 // 16)
        name = ("draft_" if chosen.draft else "") + view + ("_night" if when == "night" else "")
        seconds = stage.render(masters / f"{name}.png", size)
        print(f"RENDERED {plan.name} {name} {size} {seconds:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", choices=sorted(SETS), dest="name")
    parser.add_argument(
        "--credits", action="store_true", help="writes CREDITS.md: every set's models and authors"
    )
    parser.add_argument("--view", action="append", help="wide, a, b or pano; default: all")
    parser.add_argument("--night", action="store_true", help="only the night versions")
    parser.add_argument("--day", action="store_true", help="only the day versions")
    parser.add_argument(
        "--draft", action="store_true", help="small and noisy, to judge the composition"
    )
    parser.add_argument(
        "--describe", action="store_true", help="no pictures, only depths, spots and set.json"
    )
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument(
        "--width", type=int, default=1120, help="pixels rendered across a plate (exported at 1600)"
    )
    parser.add_argument(
        "--threads", type=int, default=0, help="0: two when the machine is idle, else one"
    )
    parser.add_argument("--masters", type=Path, default=Path("/work/render/masters"))
    chosen = parser.parse_args()
    if chosen.credits:
        used = {}
        for name in SETS:
            build(name)
            used[name] = dict(furniture.USED)
        export.write_credits(used, PACKAGE / "CREDITS.md")
        return
    if chosen.name is None:
        parser.error("--set or --credits is needed")

    plan = build(chosen.name)
    masters = chosen.masters / chosen.name
    masters.mkdir(parents=True, exist_ok=True)
    if not chosen.describe:
        for when in ("day", "night"):
            if not (chosen.night and when == "day") and not (chosen.day and when == "night"):
                shoot(plan, chosen.view or [*plan.views, "pano"], when, chosen, masters)
    if not chosen.night:  # the day's shoot has measured them
        export.depths(plan, masters)
    if chosen.draft:
        export.report(plan, masters)
    else:
        export.package(plan, masters, PACKAGE / plan.name)


if __name__ == "__main__":
    main()
