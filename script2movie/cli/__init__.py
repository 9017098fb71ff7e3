"""The command line: one verb a thing a person wants, errors caught once.

    parser    what may be typed
    verbs     what each verb does
    bench     the verbs of the benchmark
    batch     its films rendered, alone or several at once
    early     the verbs that look at a film before it is shot
    voices    the verb that cuts voice samples out of a film
    typed     what was typed, as settings and a bank
    ui        the verb that opens the studio
    beside    what lies in the folder of --out
    doctor    what this machine can run
    console   progress bars, or quiet where nobody watches
    arena     where the memory of its threads comes from

Importing this costs nothing: a verb imports what it needs when it runs.
"""

import errno
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from script2movie.cli.arena import share_arena
from script2movie.cli.parser import parser
from script2movie.errors import Script2MovieError, ShotFailed

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, 1 where some shots failed, 2 where the input is bad."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    share_arena()
    for stream in (sys.stdout, sys.stderr):  # a terminal without UTF-8 is no reason to fail
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = parser().parse_args(typed)
        options.typed = typed
        from script2movie.cli import verbs

        verb = getattr(options, "call", None) or getattr(verbs, options.verb.replace("-", "_"))
        return int(verb(options) or 0)
    except Script2MovieError as error:
        _refused(str(error), typed)
        return 1 if isinstance(error, ShotFailed) else 2
    except KeyboardInterrupt:
        print("script2movie: stopped; what is made is kept, run again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 141
    except OSError as error:  # whatever the file: any option may name it, and any verb look for it
        if error.errno != errno.ENAMETOOLONG:
            raise
        name = max(Path(str(error.filename)).parts, key=len)
        why = f"'{name[:40]}...' has {len(name)} characters, and no file's name may be so long"
        _refused(f"{why}: give a shorter one", typed)
        return 2


def _refused(why: str, typed: Sequence[str]) -> None:
    print(f"script2movie: {why}", file=sys.stderr)
    if "--json" in typed:
        print(json.dumps({"error": why}, indent=2))
