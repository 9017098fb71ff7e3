"""The verbs that look at a film before it is shot: its cast, and its storyboard."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from script2movie.movie import Character, Movie, OwnFrame

__all__ = ["audition", "frames_of", "storyboard"]

LINE = "This is how I sound. Shall we begin?"  # where nobody gives words


def audition(options: argparse.Namespace) -> int:
    """A cast folder: everybody cut out, everybody heard."""
    from script2movie import pipeline
    from script2movie.bank import complete_bank, read_bank
    from script2movie.cache import Cache
    from script2movie.cli.beside import cache_folder, writable
    from script2movie.cli.console import bars, printed
    from script2movie.cli.typed import settings_of
    from script2movie.movie import CastMember

    settings = settings_of(options)
    bank = read_bank(options.cast)
    people = complete_bank([CastMember(one.name) for one in bank], bank, seed=settings.seed)
    writable(options.out / "cutout.png")
    words = {one.name: options.line or LINE for one in people}
    with bars(options.json, options.progress) as progress:
        heard = pipeline.audition(
            people, words, options.out, settings, Cache(cache_folder(options.out)), progress
        )
    rows = [
        {
            "name": name,
            "cutout": str(one.cutout),
            "spoken": str(one.spoken),
            "voice": one.voice,
        }
        for name, one in heard.items()
    ]
    lines = [f"{row['name']}: {row['cutout']}, {row['spoken']} ({row['voice']})" for row in rows]
    printed(options, rows, "\n".join(lines))
    return 0


def storyboard(options: argparse.Namespace) -> int:
    """plan.json to a picture a shot, and who is recognised on it."""
    from script2movie import pipeline
    from script2movie.bank import complete_bank
    from script2movie.cache import Cache
    from script2movie.cli.beside import cache_folder, film_file, writable
    from script2movie.cli.console import bars, printed
    from script2movie.cli.typed import bank_of, settings_of
    from script2movie.report import write_storyboard
    from script2movie.screenplay import load_plan

    settings = settings_of(options)
    movie = load_plan(options.plan)
    bank = bank_of(options.cast)
    film_file(options.out)
    writable(options.out)
    people = complete_bank(movie.cast, bank, seed=settings.seed)
    cache, folder = Cache(cache_folder(options.out)), options.out.parent / "storyboard"
    with bars(options.json, options.progress) as progress:
        keyframes = pipeline.draw_storyboard(
            movie,
            people,
            options.out,
            settings,
            cache,
            progress,
            only=options.only,
            frames=frames_of(options.frames, movie, people),
        )
        told = write_storyboard(movie, people, keyframes, folder, cache, progress)
    printed(options, told, f"{folder}: {len(told)} pictures, and who is recognised on them")
    return 0


def frames_of(
    folder: Path | None, movie: "Movie", people: "tuple[Character, ...]"
) -> "dict[str, OwnFrame]":
    """A person's own frames for shots of the plan."""
    from script2movie.bank.frames import read_frames

    if folder is None:
        return {}
    return read_frames(folder, {shot.id for _, shot in movie.shots}, people)
