"""`app.py` in a process in which some functions take longer: delays.json beside the films' folder
says which, by how many seconds, and for which film ('' for any): {"costs.film": [2, ""]}.
"""

import functools
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from script2movie.cli import main

DELAYED = (
    *("uploads.take_portrait", "uploads.take_frame", "people.look"),
    *("costs.storyboard", "costs.foreseen", "cards.plan_board", "cards.people"),
)
DELAYS = Path(sys.argv[sys.argv.index("--folder") + 1]).with_name("delays.json")


def delayed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def late(*given: Any) -> Any:
        told = json.loads(DELAYS.read_text("utf-8")) if DELAYS.is_file() else {}
        seconds, film = told.get(name, (0.0, ""))
        if film in {"", getattr(given[0], "id", None)}:
            time.sleep(seconds)
        return call(*given)

    return late


for name in DELAYED:
    module, _, function = name.partition(".")
    there = importlib.import_module(f"script2movie.studio.{module}")
    setattr(there, function, delayed(name, getattr(there, function)))
sys.exit(main(["ui", *sys.argv[1:]]))
