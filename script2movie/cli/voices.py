"""The verb that cuts voice samples for a cast out of a film, and who listens to it."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from script2movie.cli.console import printed, said

__all__ = ["HEARING", "add_verb"]

HEARING = ("transcriber", "diarizer")  # as in `backends`, which --help has no time to import


def add_verb(
    verbs: Any,
    new: Callable[..., argparse.ArgumentParser],
    options: Callable[[argparse.ArgumentParser, tuple[str, ...]], None],
) -> None:
    """Adds `voices` to the command line."""
    verb = new(verbs, "voices", "cut voice samples for a cast out of a film")
    verb.add_argument("what", choices=["from-video"], help="from-video: who speaks is looked for")
    verb.add_argument("film", type=Path, help="a clip in which the people of the bank speak")
    verb.add_argument(
        "--bank", type=Path, required=True, metavar="DIR", help="a cast folder, as for --cast"
    )
    verb.add_argument(
        "--out", type=Path, metavar="DIR", help="where voices go, if not into the bank's folders"
    )
    for stage, does in zip(HEARING, ("writes the words down", "tells voices apart"), strict=True):
        verb.add_argument(
            f"--{stage}",
            default="embedded",
            metavar="NAME",
            help=f"who {does} (script2movie backends {stage}; embedded)",
        )
    options(verb, HEARING)
    verb.set_defaults(call=voices)


def voices(options: argparse.Namespace) -> int:
    """Cuts voice samples out of a film, and lists what a person should listen to."""
    from script2movie.backends import open_backend
    from script2movie.bank import Diarizer, WordTranscriber, harvest_voices

    def opened(stage: str) -> Any:
        typed = [pair for pair in options.options or () if pair[0].startswith(f"{stage}.")]
        own = {name.removeprefix(f"{stage}."): value for name, value in typed}
        return open_backend(stage, getattr(options, stage), own)

    transcriber: WordTranscriber = opened("transcriber")
    diarizer: Diarizer = opened("diarizer")
    try:
        found = harvest_voices(
            options.film, options.bank, options.out, transcriber=transcriber, diarizer=diarizer
        )
        said(f"words by {transcriber.fingerprint}; voices by {diarizer.fingerprint}")
    finally:
        diarizer.close()
        transcriber.close()
    lines = []
    for one in found:
        cut = f"{one.seconds:.1f} s from {len(one.pieces)} pieces"
        if one.name:
            cut += f", {one.ratio:.0f} dB over the noise"
        lines.append(f"{one.name or 'nobody of the bank'}: {one.path or 'no sample'} ({cut})")
        lines += [f"    listen: {doubt}" for doubt in one.doubts]
    told = [{**asdict(one), "path": str(one.path) if one.path else None} for one in found]
    printed(options, told, "\n".join(lines))
    return 0 if any(one.path for one in found) else 1
