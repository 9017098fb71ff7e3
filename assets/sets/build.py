"""Builds a set in 3D and renders its plates, depths, panoramas and set.json.

    python assets/sets/build.py --set living_room                 everything of one set
    python assets/sets/build.py --set living_room --draft         480x270 looks of all views, to /work/render
    python assets/sets/build.py --set living_room --view a --night

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
import export
import furniture
import homes
import kitchen
import outdoors
import park
import shop
import stage
import work

SETS = {"living_room": homes.living_room, "kitchen": kitchen.kitchen, "street": outdoors.street, "bar": bar.bar,
        "office": work.office, "bedroom": bedroom.bedroom, "hospital_room": work.hospital_room, "park": park.park, "shop": shop.shop}
PACKAGE = Path(__file__).parents[2] / "script2movie/assets/sets"


def threads(wanted: int) -> int:
    """Two threads only while nobody else computes: this machine has two cores and other users."""
    return wanted or (2 if os.getloadavg()[0] < 1.7 else 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", required=True, choices=sorted(SETS), dest="name")
    parser.add_argument("--view", action="append", help="wide, a, b or pano; default: all")
    parser.add_argument("--night", action="store_true", help="only the night versions")
    parser.add_argument("--day", action="store_true", help="only the day versions")
    parser.add_argument("--draft", action="store_true", help="small and noisy, to judge the composition")
    parser.add_argument("--describe", action="store_true", help="only depths and set.json")
    parser.add_argument("--samples", type=int, default=7)
    parser.add_argument("--width", type=int, default=1120, help="pixels rendered across a plate (exported at 1600)")
    parser.add_argument("--threads", type=int, default=0, help="0: two when the machine is idle, else one")
    parser.add_argument("--masters", type=Path, default=Path("/work/render/masters"))
    chosen = parser.parse_args()

    started = time.time()
    stage.empty_stage()
    furniture.forget()
    plan = SETS[chosen.name]()
    masters = chosen.masters / chosen.name
    masters.mkdir(parents=True, exist_ok=True)
    print(f"BUILT {plan.name} in {time.time() - started:.1f} s", flush=True)

    views = chosen.view or [*plan.views, "pano"]
    times = [t for t in ("day", "night") if not (chosen.night and t == "day") and not (chosen.day and t == "night")]
    for when in times if chosen.samples and not chosen.describe else ():
        stage.switch_light(when)
        for view in views:
            pano = view == "pano"
            stage.settings(5 if chosen.draft else chosen.samples, threads(chosen.threads), plan.exposure[when])
            stage.set_camera(None if pano else plan.views[view], plan.pano if pano else None)
            wide = 352 if chosen.draft else chosen.width if when == "day" else chosen.width * 7 // 8
            size = (wide * 8 // 7, wide * 4 // 7) if pano else (wide, wide * 9 // 16)
            path = masters / f"{'draft_' if chosen.draft else ''}{view}{'_night' if when == 'night' else ''}.png"
            print(f"RENDERED {plan.name} {path.stem} {size} {stage.render(path, size):.1f} s", flush=True)
    if not chosen.draft:
        export.depths(plan, masters)
        export.package(plan, masters, PACKAGE / plan.name)
    elif not chosen.night:
        export.depths(plan, masters)
        export.report(plan, masters)


if __name__ == "__main__":
    main()
