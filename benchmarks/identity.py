"""Who is recognised in films made with a bank: F1 by size, framing and style.

    python benchmarks/identity.py BANK [--photos] [--style photo] [--keep DIR]

BANK is a cast folder. A plan is written that uses every person of it, alone and in twos, threes and
fours, in every shot size, framing and style; it is shot, and the finished clips are looked at in
five frames a shot. By MovieBench's definition: the set of characters of a shot against the plan's,
true and false positives summed over shots. The gallery is the bank's portraits; with `--photos`,
MovieBench's layout with several photos a person, people are drawn from `best.jpg` and recognised
by their other photos.
"""

import argparse
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from script2movie import pipeline
from script2movie.bank import complete_bank, read_bank
from script2movie.cache import Cache
from script2movie.movie import (
    Appearance,
    CameraMove,
    CastMember,
    Character,
    Framing,
    Light,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
    Style,
)
from script2movie.report.looking import Looker
from script2movie.report.scoring import IdentityCounts, count_identities, frame_numbers
from script2movie.settings import settings_for

PLACES = (
    ("living room", True, Light.DAY),
    ("street", False, Light.NIGHT),
    ("kitchen", True, Light.DAY),
    ("forest", False, Light.DAY),
    ("office", True, Light.NIGHT),
    ("park", False, Light.EVENING),
)
ALONE = (
    ShotSize.EXTREME_CLOSE_UP,
    ShotSize.CLOSE_UP,
    ShotSize.MEDIUM,
    ShotSize.FULL,
    ShotSize.WIDE,
)
MOVES = tuple(CameraMove)


def at(name: str, place: Position, *, back: bool = False) -> Appearance:
    facing = {
        Position.LEFT: Position.RIGHT,
        Position.RIGHT: Position.LEFT,
        Position.CENTER: Position.CENTER,
    }
    return Appearance(name, "", place, facing[place], back)


def set_ups(names: Sequence[str]) -> Iterator[tuple[ShotSize, Framing, tuple[Appearance, ...]]]:
    """Every person alone in every size; then neighbours in twos, over a shoulder, threes, fours."""
    for number, name in enumerate(names):
        side = Position.LEFT if number % 2 else Position.RIGHT
        for size in ALONE:
            yield size, Framing.SINGLE, (at(name, side),)
    ring = [*names, *names]
    for number, name in enumerate(names):
        second, third, fourth = ring[number + 1 : number + 4]
        left, right = at(name, Position.LEFT), at(second, Position.RIGHT)
        for size in (ShotSize.CLOSE_UP, ShotSize.MEDIUM, ShotSize.WIDE):
            yield size, Framing.TWO_SHOT, (left, right)
        near_left = replace(left, back_to_camera=True)
        near_right = replace(right, back_to_camera=True)
        yield ShotSize.MEDIUM, Framing.OVER_THE_SHOULDER, (near_left, right)
        yield ShotSize.CLOSE_UP, Framing.OVER_THE_SHOULDER, (left, near_right)
        middle = at(third, Position.CENTER)
        yield ShotSize.MEDIUM, Framing.GROUP, (left, middle, right)
        if number % 2 == 0:
            yield ShotSize.MEDIUM, Framing.GROUP, (left, middle, at(fourth, Position.RIGHT), right)


def movie_with(names: Sequence[str], style: Style) -> Movie:
    scenes: list[Scene] = []
    every = list(set_ups(names))
    for number, (start, place) in enumerate(
        zip(range(0, len(every), 9), itertools.cycle(PLACES), strict=False), 1
    ):
        shots = tuple(
            Shot(
                f"s{number:02}_sh{n:03}",
                size,
                framing,
                MOVES[(start + n) % len(MOVES)],
                people,
                duration=1.0,
            )
            for n, (size, framing, people) in enumerate(every[start : start + 9], 1)
        )
        scenes.append(Scene(f"s{number:02}", place[0], place[1], place[2], shots))
    return Movie(f"Everybody ({style})", tuple(map(CastMember, names)), tuple(scenes), style=style)


def portraits_apart(character: Character) -> tuple[Character, Character | None]:
    """The person with only their best photo, and with only the others (None without any)."""
    best, *others = character.portraits
    return (
        replace(character, portraits=(best,)),
        replace(character, portraits=tuple(others)) if others else None,
    )


def measure(options: argparse.Namespace, style: Style, folder: Path) -> None:
    bank = read_bank(options.bank)
    drawn, gallery = bank, bank
    if options.photos:
        apart = [portraits_apart(character) for character in bank]
        drawn = tuple(first for first, others in apart if others)
        gallery = tuple(others for _, others in apart if others)
    names = [character.name for character in drawn]
    movie = movie_with(names, style)
    settings = settings_for(fps=6, cards=False, music=False)
    cache = Cache(folder / ".script2movie")
    people = complete_bank(movie.cast, drawn)
    film = pipeline.shoot(
        movie, people, folder / "film.mp4", settings, cache, lambda stage, done, total: None
    )
    looker = Looker(gallery)
    counts: dict[str, IdentityCounts] = defaultdict(IdentityCounts)
    for take in film.takes:
        shot = take.shot
        planned = {one.character for one in shot.characters if not one.back_to_camera}
        look = looker.look(take.clip, frame_numbers(take.num_frames))
        found = count_identities(planned, look.seen)
        for key in ("all", f"size {shot.size}", f"framing {shot.framing}"):
            counts[f"{style}: {key}"] += found
        if found.false_negatives or found.false_positives:
            far = [
                f"{one.nearest} {one.distance:.2f} {one.box[3] - one.box[1]:.0f} px"
                for frame in look.frames
                for one in frame
                if not one.character
            ]
            print(
                f"{style} {shot.id} {shot.size} {shot.framing} in {take.scene.place}: missed "
                f"{sorted(planned - look.seen)}, seen too {sorted(look.seen - planned)}; {far[:4]}"
            )
    for key, sums in sorted(counts.items()):
        wrong = f"TP {sums.true_positives} FP {sums.false_positives} FN {sums.false_negatives}"
        ratios = (sums.f1 or 0.0, sums.precision or 0.0, sums.recall or 0.0)
        print(f"{key:<40} F1 {ratios[0]:.3f}  P {ratios[1]:.3f}  R {ratios[2]:.3f}  ({wrong})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("--photos", action="store_true", help="draw from one photo, see by others")
    parser.add_argument("--style", action="append", choices=list(Style), help="all by default")
    parser.add_argument("--keep", type=Path, help="a folder for the films")
    options = parser.parse_args()
    for style in map(Style, options.style or list(Style)):
        if options.keep:
            measure(options, style, options.keep / style)
        else:
            with tempfile.TemporaryDirectory() as scratch:
                measure(options, style, Path(scratch))


if __name__ == "__main__":
    main()
