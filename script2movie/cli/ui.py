"""The verb that opens the studio."""

import argparse
from pathlib import Path

from script2movie.errors import SettingsError

__all__ = ["ui"]


def ui(options: argparse.Namespace) -> int:
    """Pages in a browser on which a film is made."""
    from script2movie.studio.limits import Limits
    from script2movie.studio.serve import Opening, serve

    if not 0 < options.port < 65536:
        raise SettingsError(f"--port is {options.port}; it must be from 1 to 65535")
    if options.workers < 1:
        raise SettingsError(f"--workers is {options.workers}; it must be at least 1")
    root_path = options.root_path.rstrip("/")
    if root_path and not root_path.startswith("/"):
        raise SettingsError(f"--root-path is '{root_path}'; it begins with /, as in /studio")
    if options.runs is not None and not options.runs.is_dir():
        raise SettingsError(f"--runs {options.runs} is no folder: give the one that runs lie under")
    serve(
        Opening(
            folder=options.folder,
            host=options.host,
            port=options.port,
            logins=_logins(options.auth),
            root_path=root_path,
            shared=options.shared,
            workers=options.workers,
            browser=options.browser,
            runs=options.runs,
            limits=Limits(film=60 * options.max_minutes),
        )
    )
    return 0


def _logins(path: Path | None) -> dict[str, str]:
    """A password a name, from a file with a line NAME:PASSWORD a person."""
    if path is None:
        return {}
    try:
        rows = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--auth {path} cannot be read: {error}") from None
    logins: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        name, colon, password = row.strip().partition(":")
        if not row.strip() or row.startswith("#"):
            continue
        if not colon or not name or len(password) < 8:
            raise SettingsError(
                f"--auth {path}, line {number}: write NAME:PASSWORD, with 8 characters or more"
            )
        logins[name] = password
    if not logins:
        raise SettingsError(f"--auth {path} has nobody in it: write NAME:PASSWORD, a line a person")
    return logins
