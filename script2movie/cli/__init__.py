"""The command line: one verb a thing a person wants, errors caught once.

    parser    what may be typed
    verbs     what each verb does
    doctor    what this machine can run
    console   progress bars, or quiet where nobody watches

Importing this costs nothing: a verb imports what it needs when it runs.
"""

import sys
from collections.abc import Sequence

from script2movie.cli.parser import parser
from script2movie.errors import Script2MovieError, ShotFailed

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, 1 where some shots failed, 2 where the input is bad."""
    options = parser().parse_args(arguments)
    from script2movie.cli import verbs

    try:
        return int(getattr(verbs, options.verb)(options) or 0)
    except Script2MovieError as error:
        print(f"script2movie: {error}", file=sys.stderr)
        return 1 if isinstance(error, ShotFailed) else 2
    except KeyboardInterrupt:
        print("script2movie: stopped; what is made is kept, run again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 141
