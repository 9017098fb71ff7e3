"""What may be typed. Imports nothing heavy, so that --help answers at once."""

import argparse
import re
from functools import partial
from pathlib import Path
from typing import NoReturn

from script2movie import __version__
from script2movie.cli import batch, bench, early, stories, ui, voices
from script2movie.errors import SettingsError
from script2movie.settings import did_you_mean

__all__ = ["parser"]

STAGES = ("planner", "speaker", "storyboard", "animator", "lipsync", "mixer")


STORY = (
    "text or Markdown, a screenplay (.fountain, .fdx), a folder of MovieBench's shot annotations, "
    "or - for standard input"
)


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence, as everything else here does, with the nearest name that exists."""

    def parse_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            verb = getattr(parsed, "verb", "")
            actions = self._verbs[verb]._actions if verb in self._verbs else self._actions
            self.error(f"there is no {_unknown(unknown[0], actions)}", verb)
        return parsed

    def error(self, message: str, verb: str = "") -> NoReturn:
        program = f"{self.prog} {verb}".strip()
        wrong = re.match(r"argument VERB: invalid choice: '(.*?)'", message)
        if wrong:
            message = f"there is no verb '{wrong[1]}'{did_you_mean(wrong[1], list(self._verbs))}"
        raise SettingsError(f"{message.replace('argument --', '--')} (see {program} --help)")

    @property
    def _verbs(self) -> "dict[str, argparse.ArgumentParser]":
        verbs: dict[str, argparse.ArgumentParser] = {}
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                verbs |= action.choices
        return verbs


def _unknown(word: str, actions: "list[argparse.Action]") -> str:
    option = word.split("=", maxsplit=1)[0]
    if not option.startswith("-"):
        return f"place for '{word}'; put a name that holds spaces in quotes"
    known = [name for action in actions for name in action.option_strings]
    return f"option '{option}'{did_you_mean(option, known)}"


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        prog="script2movie",
        description="A synopsis and a cast in, a film and its score out.",
        epilog="Start with: script2movie weights --fetch, then "
        "script2movie make story.md --cast cast/ --out out/film.mp4",
    )
    top.add_argument("--version", action="version", version=f"script2movie {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")

    make = _verb(verbs, "make", "plan a story, shoot it and report on it")
    make.add_argument("story", help=STORY)
    _cast(make)
    _out(make, "out/film.mp4", "the film; everything else is laid beside it")
    _brief(make)
    _choices(make)
    _shooting(make)

    plan = _verb(verbs, "plan", "expand a story into a plan that a person can edit")
    plan.add_argument("story", help=STORY)
    _cast(plan)
    _out(plan, "plan.json", "the plan")
    _brief(plan)
    _profile(plan)
    plan.add_argument("--planner", metavar="NAME", help="the planner (see: script2movie backends)")
    _options(plan)
    _seed(plan)
    plan.add_argument("--style", metavar="NAME", help="photo, noir, comic or sketch")
    _dry_run(plan)

    export = _verb(verbs, "export", "write a plan as a screenplay, or read one back")
    export.add_argument("plan", type=Path, help="a plan.json, or a screenplay (.fountain, .fdx)")
    _out(export, "film.fountain", "a .fountain, .fdx or .json file")

    check = _verb(verbs, "check", "say what is wrong with a plan, or that nothing is")
    check.add_argument("plan", type=Path, nargs="?", help="a plan.json")
    check.add_argument("--schema", action="store_true", help="print the JSON Schema of plans")

    shoot = _verb(verbs, "shoot", "shoot a plan")
    shoot.add_argument("plan", type=Path, help="a plan.json")
    _cast(shoot)
    _out(shoot, "out/film.mp4", "the film; everything else is laid beside it")
    _choices(shoot)
    _shooting(shoot)

    board = _verb(verbs, "storyboard", "draw a plan's storyboard, and say who is recognised on it")
    board.add_argument("plan", type=Path, help="a plan.json")
    _cast(board)
    _out(board, "out/film.mp4", "the film that it is of; storyboard/ is laid beside it")
    _choices(board)
    _only(board)
    board.set_defaults(call=early.storyboard)

    named = _verb(verbs, "people", "say who is in a story, and who of them is in a cast folder")
    named.add_argument("story", help="text or Markdown, a screenplay, or - for standard input")
    _cast(named)
    _story_format(named)
    named.set_defaults(call=stories.people)

    people = _verb(verbs, "audition", "cut out everybody of a cast, and hear them")
    people.add_argument("cast", type=Path, help="a folder of people")
    _out(people, "audition", "a folder; everybody has one in it", "DIR")
    people.add_argument("--line", metavar="TEXT", help="what everybody says")
    _choices(people)
    people.set_defaults(call=early.audition)

    report = _verb(verbs, "report", "measure a finished film again and write its report")
    report.add_argument("film", type=Path, help="a film that make or shoot has made")

    lora = _verb(verbs, "train-lora", "train a LoRA a person, for storyboard sdxl-lora")
    lora.add_argument("--cast", type=Path, metavar="DIR", required=True, help="a folder of people")
    _out(lora, "loras", "the folder of LoRAs; a training that was stopped goes on")
    _profile(lora)
    _options(lora)

    weights = _verb(verbs, "weights", "list the weights a profile needs, or get them")
    _profile(weights)
    for stage in STAGES:
        weights.add_argument(f"--{stage}", metavar="NAME", help=f"and what this {stage} needs")
    _options(weights)
    weights.add_argument("--fetch", action="store_true", help="get what is not here yet")

    bench.add_verbs(verbs, _verb)
    batch.add_verb(verbs, _verb, _choices)
    voices.add_verb(verbs, _verb, _options)

    backends = _verb(verbs, "backends", "list the backends of every stage, or one's own options")
    stages = (*STAGES, *voices.HEARING)
    backends.add_argument("stage", nargs="?", help=f"one of {', '.join(stages)}")
    backends.add_argument("name", nargs="?", help="a backend of this stage")
    studio = _verb(verbs, "ui", "open the studio: pages in a browser on which a film is made")
    _studio(studio)
    _verb(verbs, "doctor", "say what this machine can run, and what mends what it cannot")
    return top


def _verb(
    verbs: "argparse._SubParsersAction[_Parser]", name: str, summary: str
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    verb.add_argument("--json", action="store_true", help="print the result as JSON")
    verb.add_argument(
        "--progress", action="store_true", help="a line of JSON a step on standard error, no bars"
    )
    return verb


def _cast(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--cast",
        type=Path,
        metavar="DIR",
        help="a folder of people: a folder each, or a portrait each; "
        "without it default figures play everybody",
    )


def _out(verb: argparse.ArgumentParser, default: str, what: str, kind: str = "FILE") -> None:
    verb.add_argument(
        "--out", type=Path, default=Path(default), metavar=kind, help=f"{what} ({default})"
    )


def _story_format(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--format",
        choices=("prose", "fountain", "fdx"),
        help="what the story is written in, where its suffix does not tell",
    )


def _brief(verb: argparse.ArgumentParser) -> None:
    _story_format(verb)
    verb.add_argument("--minutes", type=float, metavar="N", help="how long the film should be")
    verb.add_argument(
        "--no-narrator",
        dest="narrator",
        action="store_false",
        help="nobody tells what is not said in quotes",
    )


def _profile(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--profile",
        default="embedded",
        metavar="NAME",
        help="embedded (default), preview, gpu-12gb, gpu-24gb or gpu-80gb (script2movie doctor "
        "names the one for this machine)",
    )


def _seed(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--seed", type=int, metavar="N", help="0 (default): same seed, same film")


def _choices(verb: argparse.ArgumentParser) -> None:
    _profile(verb)
    plans = {"story", "dataset"} & {action.dest for action in verb._actions}
    for stage in STAGES:
        if stage == "planner" and not plans:
            continue
        verb.add_argument(f"--{stage}", metavar="NAME", help=f"the {stage} backend, by name")
    _options(verb)
    verb.add_argument(
        "--takes",
        type=int,
        metavar="N",
        help="make a line or a picture up to N times, until it says its words and shows its "
        "people, and keep the best (1 with the embedded backends, whose takes are all alike)",
    )
    verb.add_argument("--size", type=_size, metavar="WxH", help="such as 1280x720 (default)")
    verb.add_argument("--fps", type=int, metavar="N", help="frames a second (24)")
    verb.add_argument("--style", metavar="NAME", help="photo, noir, comic or sketch")
    _seed(verb)
    verb.add_argument(
        "--preview",
        action="store_true",
        help="small, few steps, 12 frames a second; the same seeds as the full film",
    )


def _options(verb: argparse.ArgumentParser, stages: tuple[str, ...] = STAGES) -> None:
    verb.add_argument(
        "--option",
        dest="options",
        action="append",
        type=partial(_option, stages),
        metavar="STAGE.NAME=VALUE",
        help="a choice of one backend's own (script2movie backends STAGE NAME lists them)",
    )


def _only(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="SHOT",
        help="make only this shot, such as s02_sh003; may be given again",
    )
    verb.add_argument(
        "--frames",
        type=Path,
        metavar="DIR",
        help="pictures of your own for shots, named as in s02_sh003.png",
    )


def _shooting(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--no-music", dest="music", action="store_false", default=None)
    verb.add_argument("--no-cards", dest="cards", action="store_false", default=None)
    verb.add_argument("--no-subtitles", dest="subtitles", action="store_false", default=None)
    _only(verb)
    _dry_run(verb)
    verb.add_argument(
        "--no-report", dest="report", action="store_false", help="make the film without its report"
    )


def _dry_run(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be made and what it would take; asks no planner that costs money",
    )


def _studio(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--folder",
        type=Path,
        default=Path("films"),
        metavar="DIR",
        help="where the films are kept (films)",
    )
    verb.add_argument("--host", default="127.0.0.1", metavar="HOST", help="127.0.0.1, nobody else")
    verb.add_argument("--port", type=int, default=7860, metavar="N", help="7860")
    verb.add_argument(
        "--auth", type=Path, metavar="FILE", help="a file with a line NAME:PASSWORD a person"
    )
    verb.add_argument("--shared", action="store_true", help="everybody sees all films")
    verb.add_argument(
        "--root-path", default="", metavar="PATH", help="the path under which a proxy serves it"
    )
    verb.add_argument(
        "--workers", type=int, default=2, metavar="N", help="films that are made at once (2)"
    )
    verb.add_argument(
        "--max-minutes", type=float, default=60.0, metavar="N", help="the longest film (60)"
    )
    verb.add_argument(
        "--runs",
        type=Path,
        metavar="DIR",
        help="scored MovieBench runs under it are listed; on a network no other can be opened",
    )
    verb.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
    verb.set_defaults(call=ui.ui)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' is no size; write it as in 1280x720")
    return int(found[1]), int(found[2])


def _option(stages: tuple[str, ...], text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    stage, dot, option = name.partition(".")
    if not (sign and dot and option):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no option; write it as in --option planner.model=qwen3"
        )
    if stage not in stages:
        raise argparse.ArgumentTypeError(
            f"'{text}' is of no stage{did_you_mean(stage, stages)} (there are: {', '.join(stages)})"
        )
    return name, value
