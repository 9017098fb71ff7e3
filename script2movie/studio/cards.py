"""What a film looks like on a page, as HTML: boards of cards, a film, a report. Pure but for files
that it looks for; every word from a film is escaped.
"""

import json
from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path
from typing import Any

from script2movie.movie import NARRATOR, Movie, Scene, Shot
from script2movie.studio.job import State, Status
from script2movie.studio.projects import Project
from script2movie.studio.served import DOWNLOADS, ZIPPED, address

__all__ = [
    "clip_board",
    "clock",
    "counted",
    "film",
    "job",
    "nothing",
    "people",
    "plan_board",
    "seen_on",
    "storyboard",
]

NAMES = {"plan": "Planning", "audition": "Casting", "storyboard": "Drawing the storyboard"}
NAMES |= {"film": "Making the film", "weights": "Fetching weights"}
NEXT = {"storyboard": "the storyboard is drawn", "film": "the film is made"}
ENDED = {"plan": "The plan is there.", "audition": "Everybody can be seen and heard."}
ENDED |= {"storyboard": "The storyboard is drawn.", "film": "The film is done."}
ENDED |= {"weights": "All weights are here."}


def clock(seconds: float) -> str:
    """'40 s', '3 min' or '1 h 5 min'."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def counted(number: int, thing: str) -> str:
    """'1 shot', '2 shots'."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def nothing(words: str) -> str:
    """Where something will be."""
    return f'<p class="s2m-nothing">{escape(words)}</p>'


def plan_board(movie: Movie, chosen: str, faulty: Collection[str]) -> str:
    """Scenes with their shots in order, as text."""

    def card(shot: Shot) -> str:
        who = ", ".join(person.character for person in shot.characters) or "nobody"
        said = "".join(
            f'<span class="s2m-line"><b>{escape(_speaker(line.character))}</b> '
            f"{escape(line.text)}</span>"
            for line in shot.dialogue
        )
        wrong = '<span class="s2m-bad">needs mending</span>' if shot.id in faulty else ""
        return _pick(
            shot.id,
            chosen,
            f'<span class="s2m-tag">{shot.id}</span> {wrong}'
            f'<span class="s2m-how">{escape(shot.size)} · {escape(shot.camera_move)} · '
            f"{shot.duration:g} s</span>"
            f'<span class="s2m-plot">{escape(shot.plot or "No action yet.")}</span>{said}'
            f'<span class="s2m-who">{escape(who)}</span>',
        )

    return _scenes(movie, card)


def storyboard(
    project: Project,
    movie: Movie,
    told: Mapping[str, Any],
    chosen: str,
    own: Mapping[str, str],
) -> str:
    """A picture a shot, with whoever is recognised marked on it.

    `told` is storyboard.json; `own` says 'kept' or 'own' of a shot whose picture is not drawn.
    """

    def card(shot: Shot) -> str:
        picture = project.folder / "out" / "storyboard" / f"{shot.id}.png"
        marks = _marks(told.get(shot.id, {}))
        image = (
            f'<img src="{address(project, picture)}" alt="{escape(_described(shot))}" '
            f'loading="lazy">{marks}'
            if picture.is_file()
            else '<span class="s2m-blank">not drawn yet</span>'
        )
        badge = {"kept": "locked", "own": "your picture"}.get(own.get(shot.id, ""), "")
        badge = f'<span class="s2m-badge">{badge}</span>' if badge else ""
        return _pick(
            shot.id,
            chosen,
            f'<span class="s2m-frame">{image}</span><span class="s2m-tag">{shot.id}</span> {badge}'
            f'<span class="s2m-plot">{escape(shot.plot)}</span>{_seen(told.get(shot.id))}',
        )

    return _scenes(movie, card, pictures=True)


def clip_board(project: Project, movie: Movie, chosen: str) -> str:
    """A clip a shot, playable as soon as it is there."""
    cards = []
    for _, shot in movie.shots:
        clip = project.folder / "out" / "clips" / f"{shot.id}.mp4"
        if not clip.is_file():
            continue
        cards.append(
            f"<li><video controls preload=none {_poster(project, shot.id)} "
            f'src="{address(project, clip)}" aria-label="Clip {shot.id}"></video>'
            + _pick(
                shot.id,
                chosen,
                f'<span class="s2m-tag">{shot.id}</span>'
                f'<span class="s2m-plot">{escape(shot.plot)}</span>',
                wrap=False,
            )
            + "</li>"
        )
    total = sum(1 for _ in movie.shots)
    if not cards:
        return nothing("Each clip can be played here as soon as it is made.")
    head = f'<h3 class="s2m-count">{len(cards)} of {total} clips</h3>'
    return f'{head}<ol class="s2m-cards s2m-pictures">{"".join(cards)}</ol>'


def film(project: Project, movie: Movie) -> str:
    """The film with its subtitles, and all that can be taken away."""
    path = project.film
    if not path.is_file():
        return nothing("The film plays here once it is made.")
    subtitles = path.with_suffix(".vtt")
    track = (
        f'<track kind="subtitles" srclang="en" label="English" default '
        f'src="{address(project, subtitles)}">'
        if subtitles.is_file()
        else ""
    )
    poster = next((_poster(project, shot.id) for _, shot in movie.shots), "")
    player = (
        f'<video id="s2m-film" class="s2m-film" controls preload="metadata" {poster} '
        f'aria-label="The film" src="{address(project, path)}">{track}</video>'
    )
    links = []
    for name, label in DOWNLOADS.items():
        file = project.folder / name
        if file.is_file() or (name in ZIPPED and any(file.with_suffix("").glob("*.wav"))):
            size = f", {_bytes(file.stat().st_size)}" if file.is_file() else ""
            links.append(
                f'<li><a href="films/{project.id}/{name}?download=1" download>'
                f"{escape(label)}{size}</a></li>"
            )
    return f'{player}<h3>Take it away</h3><ul class="s2m-links">{"".join(links)}</ul>'


def people(project: Project, names: Collection[str], chosen: str, heard: Mapping[str, str]) -> str:
    """A card a person: their cut-out or portrait, their voice, what is missing.

    `heard` is the name of the voice that plays them.
    """
    cards = []
    for name in names:
        folder = project.cast / name
        portraits = sorted(folder.glob("portrait-*"))
        cutout = project.folder / "audition" / name / "cutout.png"
        line = project.folder / "audition" / name / "line.wav"
        newest = max((one.stat().st_mtime for one in portraits), default=0.0)
        fresh = cutout.is_file() and cutout.stat().st_mtime >= newest
        shown = cutout if fresh else (portraits[0] if portraits else None)
        image = (
            f'<img src="{address(project, shown)}" alt="{escape(name)}">'
            if shown
            else '<span class="s2m-blank">no portrait: a default figure will play them</span>'
        )
        sample = folder / "voice.flac"
        if sample.is_file():
            voice = "their own recording"
        else:
            voice = f"the voice {heard[name]}" if name in heard else "a voice that fits"
        sounds = ""
        if line.is_file():
            sounds = (
                f'<audio controls preload=none src="{address(project, line)}" '
                f'aria-label="{escape(name)} says a line"></audio>'
            )
        count = counted(len(portraits), "portrait")
        cards.append(
            "<li>"
            + _pick(
                name,
                chosen,
                f'<span class="s2m-portrait">{image}</span><b>{escape(name)}</b>'
                f'<span class="s2m-how">{count} · {escape(voice)}</span>',
                wrap=False,
            )
            + f"{sounds}</li>"
        )
    if not cards:
        return nothing("Nobody yet. Whoever has no portrait is played by a default figure.")
    return f'<ol class="s2m-cards s2m-people">{"".join(cards)}</ol>'


def job(status: Status | None) -> str:
    """How far the film's work is."""
    if status is None:
        return ""
    name = NAMES[status.kind]
    words = ", then ".join(NEXT[kind] for kind in status.then)
    then = f'<p class="s2m-then">After it {words}.</p>' if words else ""
    match status.state:
        case State.WAITING:
            before = f"{status.ahead} before it" if status.ahead else "next in turn"
            return f'<div class="s2m-job" role="status">{name}: waiting, {before}.{then}</div>'
        case State.RUNNING:
            step = status.progress
            count = f" {step.done} of {step.total}" if step.total > 1 else ""
            left = f" · about {clock(status.left)} left" if status.left is not None else ""
            percent = round(100 * status.share)
            return (
                f'<div class="s2m-job" role="status"><b>{name}</b>: '
                f"{escape(step.doing or 'opening models')}{count}{left}"
                f'<span class="s2m-bar" role="progressbar" aria-label="{name}" aria-valuemin="0" '
                f'aria-valuemax="100" aria-valuenow="{percent}"><i class="s2m-going" '
                f'style="width:{percent}%"></i></span>{then}</div>'
            )
        case State.DONE:
            return f'<div class="s2m-job s2m-done" role="status">{ENDED[status.kind]}</div>'
        case State.STOPPED:
            words = f"{name} was stopped. What is made is kept: start again to go on."
            return f'<div class="s2m-job" role="status">{words}</div>'
        case State.FAILED:
            said = escape(status.message).replace("\n", "<br>")
            return (
                f'<div class="s2m-job s2m-failed" role="alert"><b>{name} did not succeed.</b> '
                f"{said}</div>"
            )


def seen_on(project: Project) -> dict[str, Any]:
    """storyboard.json, empty where it is not there."""
    try:
        told = json.loads((project.folder / "out/storyboard/storyboard.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


# --- parts --------------------------------------------------------------------------------------


def _scenes(movie: Movie, card: "Any", *, pictures: bool = False) -> str:
    kind = "s2m-cards s2m-pictures" if pictures else "s2m-cards"
    parts = []
    for scene in movie.scenes:
        cards = "".join(card(shot) for shot in scene.shots)
        parts.append(
            f'<section><h3>{_heading(scene)}</h3><ol class="{kind}">{cards}</ol></section>'
        )
    return f'<div class="s2m-board">{"".join(parts)}</div>'


def _heading(scene: Scene) -> str:
    return f'<span class="s2m-tag">{scene.id}</span> {escape(scene.slugline)}'


def _pick(value: str, chosen: str, inside: str, *, wrap: bool = True) -> str:
    pressed = "true" if value == chosen else "false"
    button = (
        f'<button type="button" class="s2m-card" data-pick="{escape(value)}" '
        f'aria-pressed="{pressed}">{inside}</button>'
    )
    return f"<li>{button}</li>" if wrap else button


def _marks(told: Mapping[str, Any]) -> str:
    """Boxes over a picture, in percent of it."""
    boxes = []
    for face in told.get("seen", ()):
        x0, y0, x1, y1 = face["box"]
        width, height = told["width"], told["height"]
        kind = "s2m-box" if face["character"] else "s2m-box s2m-unknown"
        boxes.append(
            f'<span class="{kind}" style="left:{100 * x0 / width:.1f}%;'
            f"top:{100 * y0 / height:.1f}%;width:{100 * (x1 - x0) / width:.1f}%;"
            f'height:{100 * (y1 - y0) / height:.1f}%">'
            f"<i>{escape(face['character'] or '?')}</i></span>"
        )
    return "".join(boxes)


def _seen(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return ""
    seen = {face["character"] for face in told["seen"] if face["character"]}
    planned = set(told["planned"])
    words = [f"{name} is not recognised" for name in sorted(planned - seen)]
    words += [f"{name} is not in the plan" for name in sorted(seen - planned)]
    words += told["notes"]
    if words:
        return f'<span class="s2m-bad">{escape("; ".join(words))}</span>'
    names = ", ".join(sorted(seen))
    return f'<span class="s2m-good">{escape(names)}: recognised</span>' if names else ""


def _poster(project: Project, shot_id: str) -> str:
    picture: Path = project.folder / "out" / "storyboard" / f"{shot_id}.png"
    return f'poster="{address(project, picture)}"' if picture.is_file() else ""


def _described(shot: Shot) -> str:
    who = ", ".join(person.character for person in shot.characters)
    return f"{shot.id}: {shot.size}{f' of {who}' if who else ''}"


def _bytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def _speaker(character: str) -> str:
    return "Narrator" if character == NARRATOR else character
