"""A screenplay read for planning: its scenes, what is done and said in each, in order.

Knows screenplays and the grammar of their action lines; knows no camera. All places are places in
the screenplay's text. Action lines are parsed where they stand, everything else blanked out, so
that whom "she" means is found across a whole scene and its talk.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from script2movie.movie import NARRATOR, Character, Light, Transition
from script2movie.planner.beats import Beat, joined
from script2movie.planner.cueing import Cueing, Voice
from script2movie.planner.events import FEELINGS, REACTION, beats_of
from script2movie.planner.language import Grammar
from script2movie.planner.naming import from_bank
from script2movie.planner.telephone import is_there
from script2movie.planner.telling import Telling, Told, tell
from script2movie.planner.words import vocabulary
from script2movie.screenplay.elements import (
    Action,
    Element,
    Mode,
    Script,
    Section,
    Slugline,
    Speech,
    Spoken,
)
from script2movie.screenplay.elements import Transition as Join
from script2movie.screenplay.fountain import read_fountain, unseen
from script2movie.screenplay.restore import transition_of
from script2movie.screenplay.sluglines import Heading, read_slugline

__all__ = ["ScriptReading", "ScriptScene", "read_script"]

HEAD = '# "\n\n'  # before the action lines, so that none is taken for the title
FURNITURE = re.compile(r"\(?continued:?\)?(?: \(?\d+\)?)?:?|\(more\)|\d+\.?", re.IGNORECASE)
CAPITALS = re.compile(r"[^\W\d_a-z][^\W\d_a-z'’-]+")
BEFORE_THING = re.compile(
    r"(?:\b(?:an?|the|his|her|its|their|this|that|some|two|three)|-)\s+$", re.I
)
NAMES_SOMEONE = re.compile(r"\s*(?:,|\()")


@dataclass(frozen=True)
class ScriptScene:
    """A scene from its slugline to the next: `start` to `end` in the text."""

    heading: Heading
    place: str
    interior: bool
    light: Light
    start: int
    end: int
    synopsis: str
    transition: Transition
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class ScriptReading:
    """A screenplay with its people: `telling` is its action lines, `shown` their text alone."""

    script: Script
    title: str
    shown: str
    telling: Telling
    scenes: tuple[ScriptScene, ...]
    voices: dict[str, Voice]

    def told(self, scene: ScriptScene) -> list[Told]:
        """What is done in a scene."""
        return [one for one in self.telling.told if scene.start <= self._at(one) < scene.end]

    def speeches(self, scene: ScriptScene) -> list[tuple[Speech, Voice]]:
        """What is said in a scene, and by whom."""
        spoken = [one for one in scene.elements if isinstance(one, Speech)]
        return [(one, self.voices[one.cue]) for one in spoken if one.cue]

    def people(self, scene: ScriptScene) -> tuple[str, ...]:
        """Who is there to be seen."""
        here = [(self._at(one), name) for one in self.told(scene) for name in one.acting]
        for speech, voice in self.speeches(scene):
            if not voice.off_screen:
                here += [(speech.start, name) for name in (voice.speaker, *voice.others)]
        return tuple(dict.fromkeys(name for _, name in sorted(here)))

    def beats(self, scene: ScriptScene) -> tuple[Beat, ...]:
        """All that happens in a scene, in order; no word of it is read aloud but what is said."""
        told = self.told(scene)
        done = [self._placed(beat) for beat in beats_of(told, HEAD + self.shown)]
        said = self._said(scene, told, done)
        return tuple(joined(sorted([*done, *said], key=lambda beat: beat.start), self.shown))

    def _at(self, told: Told) -> int:
        return told.sentence.start - len(HEAD)

    def _placed(self, beat: Beat) -> Beat:
        start, end = beat.start - len(HEAD), beat.end - len(HEAD)
        text = re.sub(r"\s+", " ", self.shown[start:end]).strip()
        reaction = beat.kind in FEELINGS and len(beat.people) == 1
        brief = reaction and len(text.split()) <= REACTION
        return replace(beat, start=start, end=end, text=_unmarked(text), tell=not brief)

    def _said(self, scene: ScriptScene, told: list[Told], done: list[Beat]) -> Iterator[Beat]:
        talk = self.speeches(scene)
        here = self.people(scene)
        before: list[str] = []  # who spoke on screen, the latest last
        for n, (speech, voice) in enumerate(talk):
            calling = next((b.apart for b in reversed(done) if b.start < speech.start), False)
            after = [other.speaker for _, other in talk[n + 1 :] if not other.off_screen]
            around = [name for name in (*reversed(before), *after, *here) if name != voice.speaker]
            hears = next(iter(around), "")
            speaking = (voice.speaker, *voice.others)
            beside = talk[n + 1 : n + 2] + talk[max(0, n - 1) : n]
            callers = [other.speaker for _, other in beside if other.far]
            alone = voice.voice_over and voice.speaker in here and not hears
            unseen_caller = calling and not is_there(voice.speaker, told)
            unseen = voice.off_screen or (unseen_caller and voice.speaker not in here)
            for k, (manner, one) in enumerate(_lines(speech, voice.manner)):
                text = " ".join(one.text.split())
                start = speech.start if k == 0 else one.start
                beat = Beat(
                    start=start,
                    end=one.end,
                    text="",
                    people=() if unseen else speaking,
                    kind="communication",
                    speaker=voice.speaker,
                    addressee=hears if unseen else next(iter(callers), hears),
                    addressed=unseen,
                    line=text,
                    manner=manner,
                    tell=False,
                    paragraph=one.start,
                    apart=unseen or calling or bool(callers),
                    seen=not unseen,
                    thinks=alone,
                    actions=() if unseen else tuple((name, "speaks") for name in speaking),
                )
                yield beat if re.search(r"\w", text) else _silent(beat, text)
            if not unseen:
                before.append(voice.speaker)


def read_script(grammar: Grammar, text: str, bank: Sequence[Character]) -> ScriptReading:
    """A Fountain text as scenes and people."""
    script = _with_singers(read_fountain(text))
    shown = _action_lines(text, script)
    speeches = [one for one in script.elements if isinstance(one, Speech) and one.cue]
    cueing = Cueing([one.cue for one in speeches], bank, shown)
    voices = {one.cue: cueing.voice(one.cue) for one in speeches}
    cued = list(cueing.people)
    heard = [
        (len(HEAD) + one.start, name)
        for one in speeches
        for name in (voices[one.cue].speaker, *voices[one.cue].others)
        if name != NARRATOR
    ]
    known = {form for person in (*map(from_bank, bank), *cued) for form in person.forms}
    told = tell(grammar.read(HEAD + _in_running_case(shown, known)), bank, cued, heard)
    words = {word for person in told.people for word in person.name.split()}
    scenes = tuple(_scenes(script, len(text), words))
    return ScriptReading(script, _title(script), shown, told, scenes, voices)


def _with_singers(script: Script) -> Script:
    """Lyrics right after a speech are sung by who spoke; others are nobody's, and shown."""
    elements: list[Element] = []
    for one in script.elements:
        last = elements[-1] if elements else None
        if isinstance(one, Speech) and not one.cue and isinstance(last, Speech) and last.cue:
            elements[-1] = replace(last, spoken=(*last.spoken, *one.spoken), end=one.end)
            continue
        elements.append(one)
    return replace(script, elements=tuple(elements))


# --- speeches -------------------------------------------------------------------------------------


def _lines(speech: Speech, manner: str) -> Iterator[tuple[str, Spoken]]:
    """Each stretch that is said and how; a parenthetical belongs to the words after it."""
    for one in speech.spoken:
        if one.mode is Mode.PARENTHETICAL:
            manner = "" if FURNITURE.fullmatch(f"({one.text})") else one.text
            continue
        sung = one.mode is Mode.LYRIC and "singing" not in manner
        yield ", ".join(filter(None, (manner, "singing" if sung else ""))), one
        manner = ""


def _silent(beat: Beat, text: str) -> Beat:
    """'...': a line without words is a look."""
    return replace(beat, speaker="", line="", text=f"{beat.speaker}: {text}", kind="perception")


# --- action lines ---------------------------------------------------------------------------------


def _action_lines(text: str, script: Script) -> str:
    """The text with everything blanked out that is not an action line."""
    shown = ["\n"] * len(text)
    for one in script.elements:
        lyric = isinstance(one, Speech) and not one.cue
        if (
            isinstance(one, Action) and not one.centered and not FURNITURE.fullmatch(one.text)
        ) or lyric:
            shown[one.start : one.end] = text[one.start : one.end]
    for start, end in unseen(text):
        shown[start:end] = [" " if shown[n] != "\n" else "\n" for n in range(start, end)]
    return re.sub(r"(?m)^(\s*)[!~]", r"\1 ", "".join(shown))


def _in_running_case(shown: str, names: set[str]) -> str:
    """Action lines as prose writes them: names with one capital, things with none, no quotes."""
    capitals = {word.upper(): word for name in names for word in name.split() if not word.isupper()}

    def lower(word: re.Match[str]) -> str:
        if not word[0].isupper():
            return word[0]
        name = capitals.get(word[0])
        if name is None and not BEFORE_THING.search(shown[: word.start()][-12:]):
            introduced = NAMES_SOMEONE.match(shown[word.end() : word.end() + 2])
            first = vocabulary("female names") | vocabulary("male names")
            if introduced or word[0].lower() in first:
                name = word[0].capitalize()
        name = name or word[0].lower()
        return name if len(name) == len(word[0]) else word[0]

    return re.sub('["“”„«»]', " ", CAPITALS.sub(lower, shown))


def _unmarked(text: str) -> str:
    """Without emphasis."""
    return re.sub(r"(?<!\\)\*+|(?<![\w\\])_+|_+(?!\w)|\\(?=[*_\[])", "", text)


# --- scenes ---------------------------------------------------------------------------------------


def _title(script: Script) -> str:
    """The title page's, else what stands centered above the first scene."""
    title = " ".join(script.titled("Title").split())
    for one in script.elements:
        if title or isinstance(one, Slugline):
            break
        if isinstance(one, Action) and one.centered:
            title = " ".join(one.text.split())
    return title


def _scenes(script: Script, length: int, names: set[str]) -> Iterator[ScriptScene]:
    """Each slugline with what follows; place, side and light are inherited where it leaves them."""
    held: list[Element] = []
    openings: list[tuple[Slugline, Transition, list[Element]]] = []
    entry = Transition.CUT
    for one in script.elements:
        if isinstance(one, Slugline):
            first = held if not openings else []
            openings.append((one, entry, [*first]))
            entry = Transition.CUT
        elif isinstance(one, Join):
            entry = transition_of(one.text) or entry
        elif openings:
            openings[-1][2].append(one)
        else:
            held.append(one)
    interior, light = True, Light.DAY
    for n, (slugline, transition, elements) in enumerate(openings):
        heading = read_slugline(slugline.text)
        if heading.interior is None:
            outside = set(re.findall(r"\w+", heading.place)) & vocabulary("exterior")
            interior = False if outside else interior
        else:
            interior = heading.interior
        light = heading.light or light
        place = re.sub(r"[\w’'.]+", lambda word: _named(word[0], names), heading.place)
        last = n + 1 == len(openings)
        synopses = [one.text for one in elements if isinstance(one, Section) and not one.depth]
        yield ScriptScene(
            heading=heading,
            place=place,
            interior=interior,
            light=light,
            start=slugline.start if n else 0,
            end=length if last else openings[n + 1][0].start,
            synopsis=" ".join(synopses),
            transition=transition if n else Transition.CUT,
            elements=tuple(elements),
        )


def _named(word: str, names: set[str]) -> str:
    """'anna's' as 'Anna's' where Anna is somebody."""
    bare, mark, rest = word.partition("'") if "'" in word else word.partition("’")
    name = next((one for one in names if one.lower() == bare), None)
    return f"{name}{mark}{rest}" if name else word
