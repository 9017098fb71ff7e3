"""The beds as notes: short original pieces that loop, sparse enough to sit under speech.

Pitches are MIDI numbers or names ("D4"). Times and lengths are in beats. A piece is a `Bed`; how it
sounds is `performance.py`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
PIANO, CELESTA, VIBRAPHONE, GUITAR, BASS = 0, 8, 11, 24, 32
CELLO, TREMOLO, PIZZICATO, HARP, TIMPANI = 42, 44, 45, 46, 47
STRINGS, SLOW_STRINGS, CHOIR, MUTED_TRUMPET, HORN = 48, 49, 52, 59, 60
OBOE, BASSOON, CLARINET, FLUTE, WARM_PAD = 68, 70, 71, 73, 89


@dataclass(frozen=True)
class Note:
    part: str
    pitch: int
    start: float
    length: float
    loudness: int  # MIDI velocity


@dataclass
class Bed:
    """One piece: its parts as (GM program, pan 0..127, dB while it plays), and its notes."""

    name: str
    mood: str
    tempo: float  # beats a minute
    beats: int
    tags: tuple[str, ...]
    parts: dict[str, tuple[int, int, int]]
    swing: float = 0.0  # how late off-beats come, in beats
    notes: list[Note] = field(default_factory=list)

    def add(self, part: str, pitches: str, start: float, length: float, loudness: int = 60) -> None:
        """One note or a chord."""
        for name in pitches.split():
            self.notes.append(Note(part, pitch(name), start, length, loudness))

    def chords(
        self, part: str, text: str, each: float, loudness: int = 50, overlap: float = 0.15
    ) -> None:
        """Held chords one after another, `|` between them; `-` is a rest."""
        for n, chord in enumerate(text.split("|")):
            if chord.strip() != "-":
                self.add(part, chord, n * each, each + overlap, loudness)

    def tune(self, part: str, text: str, start: float = 0, loudness: int = 64) -> None:
        """A line of `pitch:length` words; `-:2` rests; `!` after it is louder, `.` shorter."""
        for word in text.split():
            name, _, length = word.partition(":")
            louder, short = length.endswith("!"), length.endswith(".")
            beats = float(length.rstrip("!."))
            if name != "-":
                self.add(
                    part,
                    name.replace("+", " "),
                    start,
                    beats * (0.45 if short else 0.97),
                    loudness + 9 * louder,
                )
            start += beats

    def broken(
        self,
        part: str,
        text: str,
        each: float,
        step: float,
        order: str,
        loudness: int = 54,
        ring: float = 2.0,
    ) -> None:
        """Chords picked apart: `order` is the chord's note at each step by index, `.` rests."""
        for n, chord in enumerate(text.split("|")):
            names = chord.split()
            for k, which in enumerate(order):
                if which != "." and k * step < each:
                    self.add(
                        part,
                        names[int(which) % len(names)],
                        n * each + k * step,
                        ring,
                        loudness - 5 * (k % 2),
                    )


def pitch(name: str) -> int:
    sharp = name.count("#") - name[1:].count("b")
    return STEPS[name[0]] + sharp + 12 * (int(name[-1]) + 1)


# fmt: off
def calm() -> Bed:
    """Still water: D major over a slow bass, piano ripples, a flute that says little."""
    bed = Bed("still_water", "calm", 58, 48, ("calm", "peaceful", "morning", "reflective"),
        {"piano": (PIANO, 58, -4), "strings": (SLOW_STRINGS, 70, -9), "flute": (FLUTE, 76, -6)})
    bed.chords("strings",
        "D3 A3 E4 F#4 | D3 B3 D4 F#4 | G2 B3 D4 F#4 | A2 B3 D4 G4 | B2 A3 D4 F#4 | "
        "G2 A3 D4 E4 |E3 G3 B3 F#4 | A2 G3 B3 E4 | F#2 A3 C#4 E4 | G2 A3 B3 F#4 | E2 G3 B3 D4 | "
        "A2 G3 D4 E4", 4, 46, 0.4)
    bed.broken("piano",
        "D3 A3 E4 F#4 A4 | D3 A3 D4 F#4 B4 | G2 D3 B3 D4 F#4 | A2 E3 B3 D4 G4 | "
        "B2 F#3 D4 F#4 A4 | G2 D3 A3 D4 E4 |E3 B3 F#4 G4 B4 | A2 E3 B3 D4 G4 | "
        "F#2 C#3 A3 C#4 E4 | G2 D3 A3 B3 F#4 | E2 B2 G3 B3 D4 | A2 E3 G3 D4 E4", 4, 0.5, "01234.2.",
        52, 3)
    bed.tune("flute",
        "-:9 F#5:1 E5:2 -:1 D5:1 B4:2 A4:3 -:5 B4:1 D5:1 E5:2 -:4 C#5:1 E5:2 F#5:3 -:3 D5:1 B4:3 "
        "A4:2", 0, 44)
    return bed


def warm() -> Bed:
    """Kitchen window: a picked guitar waltz in G, clarinet and cello answering each other."""
    bed = Bed("kitchen_window", "warm", 84, 60, ("warm", "tender", "home", "love", "hopeful"),
        {"guitar": (GUITAR, 54, -3), "clarinet": (CLARINET, 74, -6), "cello": (CELLO, 48, -9),
         "strings": (SLOW_STRINGS, 66, -14)})
    bed.broken("guitar",
        "G2 D3 B3 D4 | F#2 D3 A3 D4 | E2 E3 B3 G3 | D3 A3 B3 D4 | C3 G3 C4 E4 | B2 G3 B3 D4 | "
        "A2 E3 G3 C4 | D3 A3 C4 G4 | D3 A3 C4 F#4 | B2 F#3 B3 D4 |E3 B3 D4 G4 | C3 G3 B3 E4 | "
        "A2 E3 C4 E4 | C3 G3 A3 E4 | G2 D3 B3 D4 | E2 B2 G3 D4 | A2 E3 G3 C4 | D3 A3 C4 E4 | "
        "G2 D3 A3 B3 | D3 A3 C4 F#4", 3, 0.5, "012321", 60, 2.2)
    bed.tune("clarinet",
        "-:3 -:1 D5:1 B4:1 C5:2 B4:1 A4:3 G4:2 A4:1 B4:3 C5:1 A4:1 G4:1 A4:4 -:5 B4:1 D5:2 G4:3 "
        "E4:2 G4:1 A4:3 -:3 B4:2 D5:1 B4:3 A4:1 G4:1 E4:1 F#4:3 G4:5 -:1", 0, 52)
    bed.tune("cello",
        "-:12 E3:3 D3:3 C3:3 D3:3 F#3:3 -:3 B3:2 G3:1 E3:3 C3:3 A3:3 B3:3 G3:3 A3:3 F#3:3 G3:3 "
        "A3:3", 0, 48)
    bed.chords("strings",
        "- | - | - | - | E4 G4 | D4 G4 | C4 E4 | C4 G4 | C4 F#4 | B3 F#4 | B3 G4 | B3 E4 | "
        "C4 E4 | A3 E4 | B3 D4 | G3 D4 | G3 C4 | A3 E4 | A3 B3 | C4 F#4", 3, 38, 0.3)
    return bed


def tense() -> Bed:
    """Held breath: a pulse on low C, strings a semitone apart, a piano that will not resolve."""
    bed = Bed("held_breath", "tense", 70, 52, ("tense", "suspense", "danger", "night", "thriller"),
        {"low": (STRINGS, 60, -5), "tremolo": (TREMOLO, 72, -15), "pizz": (PIZZICATO, 50, -8),
         "piano": (PIANO, 64, -9), "drum": (TIMPANI, 64, -9)})
    bed.chords("low",
        "C2 G2 C3 | C2 G2 Db3 | C2 Ab2 C3 | C2 Ab2 Db3 | C2 F#2 C3 | B1 F#2 D3 | Bb1 F2 Db3 | "
        "Ab1 Eb2 C3 | Ab1 Eb2 D3 | G1 D2 B2 | G1 Db2 Ab2 | C2 G2 B2 | C2 G2 Db3", 4, 50, 0.5)
    bed.chords("tremolo",
        "- | G4 Ab4 | - | Ab4 C5 | F#4 G4 | - | F4 Gb4 | Eb4 G4 | - | D4 Ab4 | Db4 D4 | - | G4 Ab4",
        4, 34, 0.2)
    for bar in range(13):
        bed.tune("pizz", "C3:1 -:0.5 C3:0.5 -:1 Db3:1" if bar % 2 else "C3:1 -:0.5 C3:0.5 -:2",
            bar * 4, 46)
        bed.tune("drum", "C2:0.5 C2:0.5 -:3", bar * 4, 34 if bar % 2 else 44)
    bed.tune("piano", "-:6 Eb5:1 D5:5 -:6 C5+Db4:6 -:6 G5:1 Gb5:1 Eb5:4 -:5 Ab3+D4:6 -:3 B4:1 C5:3",
        0, 50)
    return bed


def sad() -> Bed:
    """Letters unsent: A minor, a piano that walks down and a cello that remembers."""
    bed = Bed("letters_unsent", "sad", 54, 40, ("sad", "grief", "goodbye", "lonely", "rain"),
        {"piano": (PIANO, 60, -4), "cello": (CELLO, 74, -5), "strings": (SLOW_STRINGS, 56, -13)})
    bed.broken("piano",
        "A2 E3 C4 E4 | G2 E3 B3 E4 | F2 C3 A3 E4 | E2 C3 G3 D4 | D3 A3 C4 F4 | B2 A3 D4 F4 | "
        "E2 B3 E4 G#3 | A2 E3 B3 C4 | F2 C3 A3 G4 | E2 B2 A3 D4", 4, 1, "0123", 52, 3.2)
    bed.chords("strings", "- | - | A3 C4 | G3 C4 | A3 F4 | A3 D4 | G#3 E4 | A3 E4 | A3 C4 | A3 B3",
        4, 40, 0.3)
    bed.tune("cello",
        "-:4 -:1 E4:1 D4:1 B3:1 C4:3 A3:1 G3:4 -:1 A3:1 C4:1 E4:1 F4:2 E4:1 D4:1 B3:3 G#3:1 A3:2 "
        "B3:1 C4:1 A3:3 G3:1 E3:4", 0, 58)
    bed.tune("piano", "-:11 E5:1 -:7 C5:1 -:3 B4:0.5 A4:0.5 -:8 E5:1 D5:1 -:2 C5:1 B4:2", 0, 46)
    return bed


def playful() -> Bed:
    """Borrowed bicycle: plucked strings in F, a clarinet with a grin, a bassoon that keeps up."""
    bed = Bed("borrowed_bicycle", "playful", 112, 80,
        ("playful", "comic", "light", "mischief", "children"),
        {"pizz": (PIZZICATO, 52, -5), "clarinet": (CLARINET, 76, -6), "bassoon": (BASSOON, 46, -9),
         "celesta": (CELESTA, 84, -16)}, swing=0.10)
    bass = (
        "F2:1. C3:1. F2:1. A2:1. | D2:1. A2:1. D3:1. C3:1. | G2:1. D3:1. Bb2:1. G2:1. | "
        "C3:1. G2:1. C3:1. E3:1. | F2:1. C3:1. A2:1. F2:1. | Bb2:1. F2:1. Bb2:1. D3:1. | "
        "B2:1. F2:1. B2:1. D3:1. | C3:1. G2:1. E2:1. C2:1.")
    offs = ("A3+C4", "A3+D4", "Bb3+D4", "Bb3+E4", "A3+C4", "Bb3+D4", "Ab3+D4", "G3+E4")
    order = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 5, 6, 7, 1, 2, 3, 4]
    for bar, kind in enumerate(order):
        bed.tune("pizz", bass.split("|")[kind], bar * 4, 58)
        bed.tune("pizz", f"-:1 {offs[kind]}:1. -:1 {offs[kind]}:1.", bar * 4, 46)
    bed.tune("clarinet",
        "-:4 C5:0.5. A4:0.5. F4:1. -:1 G4:0.5 A4:0.5 Bb4:1. G4:1. D4:1. -:1 E4:0.5. F4:0.5. "
        "G4:0.5. A4:0.5. Bb4:1. -:1 A4:2 -:2 -:1 Bb4:0.5 A4:0.5 G4:1. F4:1. D4:1. F4:1. Ab4:1. "
        "B4:1. C5:2 -:2", 0, 54)
    bed.tune("bassoon",
        "-:32 F3:0.5. A3:0.5. C4:1. A3:1. -:1 D3:1. F3:1. E3:0.5 D3:0.5 C#3:1 D3:1. Bb2:1. G2:1. "
        "-:1 C3:0.5. D3:0.5. E3:1. G3:1. -:1", 0, 52)
    bed.tune("clarinet",
        "-:48 F4:0.5. A4:0.5. C5:1. -:2 D5:1 C5:0.5. Bb4:0.5. A4:1. F4:1. -:1 Ab4:0.5 B4:0.5 "
        "D5:1. B4:1. C5:1. G4:1. E4:1. -:1 F4:1. -:1 D4:1. -:1 Bb4:1. A4:0.5. G4:0.5. D4:1. -:1 "
        "E4:0.5. G4:0.5. Bb4:1. C5:1. -:1 A4:1. F4:2 -:1", 0, 52)
    bed.tune("celesta",
        "-:14 E6:0.5 G6:0.5 -:1 -:14 C6:0.5 E6:0.5 -:1 -:14 Bb5:0.5 C6:0.5 -:1 -:14 C6:0.5 "
        "G6:0.5 -:1 -:10 Bb5:0.5 E6:0.5 -:1", 0, 44)
    return bed


def wonder() -> Bed:
    """First snow: harp in rising thirds, keys that open onto one another, a far choir."""
    bed = Bed("first_snow", "wonder", 66, 48,
        ("wonder", "magic", "discovery", "awe", "space", "dream"),
        {"harp": (HARP, 48, -4), "strings": (SLOW_STRINGS, 66, -9), "choir": (CHOIR, 64, -17),
         "celesta": (CELESTA, 82, -10), "horn": (HORN, 56, -13)})
    chords = (
        "C3 G3 D4 E4 G4 B4 | C3 A3 D4 F#4 A4 D5 | E3 G3 B3 E4 F#4 B4 | Eb3 G3 Bb3 D4 G4 Bb4 | "
        "Ab2 Eb3 C4 D4 G4 C5 | Bb2 F3 C4 D4 F4 Bb4 |G2 D3 B3 D4 A4 B4 | F3 C4 E4 G4 A4 C5 | "
        "D3 A3 C#4 E4 F#4 A4 | Bb2 F3 A3 D4 E4 A4 | A2 E3 G3 C4 D4 E4 | G2 D3 A3 C4 F4 G4")
    bed.broken("harp", chords, 4, 0.5, "012345.4", 56, 3)
    bed.chords("strings",
        "C3 G3 B3 E4 | C3 A3 D4 F#4 | E3 G3 B3 F#4 | Eb3 G3 Bb3 G4 | Ab2 Eb3 C4 G4 | "
        "Bb2 F3 C4 F4 | G2 D3 B3 D4 | F2 C4 E4 G4 | D3 A3 C#4 F#4 | Bb2 F3 D4 E4 | "
        "A2 E3 C4 E4 | G2 D3 C4 F4", 4, 46, 0.5)
    bed.chords("choir",
        "- | - | B3 E4 | Bb3 Eb4 | C4 Eb4 | C4 F4 | - | - | C#4 F#4 | D4 F4 | C4 E4 | -", 4, 36,
        0.4)
    bed.tune("celesta",
        "-:3 B5:1 A5:2 -:1 D6:1 B5:2 -:1 F#5:1 G5:2 -:2 -:3 G5:1 F5:3 -:4 D6:1 B5:1 A5:2 -:2 "
        "F#5:1 A5:1 C#6:2 -:2 A5:1 E5:3 D5:4", 0, 46)
    bed.tune("horn", "-:16 C4:3 Eb4:1 F4:4 D4:4 -:4 F#3:3 A3:1 Bb3:4 -:8", 0, 44)
    return bed


def dark() -> Bed:
    """Last tram: a small jazz band at closing time, vibraphone, bass, clarinet, D minor."""
    bed = Bed("last_tram", "dark", 76, 64,
        ("dark", "noir", "jazz", "night", "bar", "crime", "city"),
        {"vibes": (VIBRAPHONE, 74, -6), "bass": (BASS, 58, -5), "clarinet": (CLARINET, 48, -7),
         "piano": (PIANO, 66, -12)}, swing=0.14)
    bass = (
        "D2:1 F2:1 A2:1 C3:1 B2:1 A2:1 F2:1 Eb2:1 D2:2 A1:1 D2:1 G2:1 F2:1 E2:1 Eb2:1 Bb1:1 D2:1 "
        "F2:1 A2:1 Bb2:1 A2:1 G2:1 F2:1 E2:1 G2:1 Bb2:1 D3:1 A2:1 G2:1 E2:1 C#2:1 D2:1 E2:1 F2:1 "
        "A2:1 G2:1 Bb2:1 D3:1 C3:1 C3:1 Bb2:1 G2:1 E2:1 F2:2 C2:1 F2:1 Bb1:1 D2:1 F2:1 Bb2:1 "
        "E2:1 G2:1 Bb2:1 E2:1 A2:1 G2:1 F2:1 E2:1 D2:2 A1:1 C#2:1")
    bed.tune("bass", bass, 0, 62)
    comps = (
        "F3+C4+E4 F3+B3+D4 F3+C4+E4 F3+Bb3+C4 D4+F3+A3 D4+F3+G3 D4+G3+Bb3 C#4+G3+Bb3 F3+C4+E4 "
        "F3+Bb3+D4 E3+Bb3+D4 E3+A3+C4 D3+A3+C4 D3+G3+Bb3 C#3+G3+Bb3 F3+C4+E4")
    for bar, chord in enumerate(comps.split()):
        bed.tune("vibes",
            f"-:0.5 {chord}:2.5 -:0.5 {chord}:0.5." if bar % 2 == 0 else f"-:1.5 {chord}:2.5",
            bar * 4, 46)
    bed.tune("clarinet",
        "-:6 A4:0.5 C5:0.5 E5:3 D5:0.5 C5:0.5 A4:3 -:3 F4:0.5 A4:0.5 C5:1 Bb4:0.5 A4:0.5 G4:3 "
        "-:2 -:1 Bb4:0.5 D5:0.5 C#5:2 -:1 -:3 F4:0.5 E4:0.5 G4:3 -:1 Bb4:1 A4:0.5 G4:0.5 E4:2 "
        "F4:3 -:2", 0, 50)
    bed.tune("piano", "-:47 C5:0.5 A4:0.5 -:3 D5+A4:1 -:3 E5+Bb4:1 -:3 C#5+G4:1 -:2 A4+E4:3 -:0", 0,
        40)
    return bed


def urgent() -> Bed:
    """Running late: a low ostinato in E minor climbs and falls back, horns hold the line."""
    bed = Bed("running_late", "urgent", 120, 96,
        ("urgent", "action", "chase", "determined", "fight"),
        {"strings": (STRINGS, 54, -5), "pizz": (PIZZICATO, 70, -8), "horn": (HORN, 76, -8),
         "drum": (TIMPANI, 62, -11), "pad": (SLOW_STRINGS, 64, -14)})
    roots = (
        "E2 B2 E3 G3 | E2 B2 E3 F#3 | C2 G2 E3 G3 | D2 A2 D3 F#3 | E2 B2 E3 G3 | G2 D3 G3 A3 | "
        "A2 E3 A3 C4 | B2 F#3 A3 B3 | C2 G2 C3 E3 | D2 A2 D3 F#3 | A1 E2 C3 E3 | B1 F#2 B2 D#3")
    chords = [chord.split() for chord in roots.split("|")]
    for n in range(12):
        a, b, c, d = chords[n]
        for half in range(2):
            start = n * 8 + half * 4
            bed.tune("strings",
                f"{a}:0.5. {a}:0.5. {b}:0.5. {a}:0.5. "
                f"{c}:0.5. {a}:0.5. {b}:0.5. {d if half else c}:0.5.",
                start, 56)
            bed.tune("pizz", f"{c}:1. -:0.5 {c}:0.5. {d}:1. -:1", start, 48)
        bed.tune("drum", f"{a}:1 -:5 {a}:0.5 {a}:1.5", n * 8, 40)
    bed.chords("pad",
        "B3 E4 | B3 F#4 | G3 E4 | A3 F#4 | B3 G4 | B3 D4 | C4 E4 | B3 D#4 | G3 C4 | A3 D4 | "
        "A3 C4 | F#3 B3", 8, 42, 0.3)
    bed.tune("horn",
        "-:16 E4:6 D4:2 F#4:6 -:2 G4:6 F#4:2 D4:6 -:2 C4:4 E4:4 D#4:6 -:2 E4:8 F#4:6 -:2 E4:8 "
        "D#4:8", 0, 48)
    return bed
# fmt: on


BEDS = (calm, warm, tense, sad, playful, wonder, dark, urgent)
