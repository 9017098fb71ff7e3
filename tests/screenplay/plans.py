"""Plans nobody would think of: every field, names and words of any sign that a plan allows."""

from hypothesis import strategies as st

from script2movie.movie import (
    NARRATOR,
    Age,
    Appearance,
    CameraMove,
    CastMember,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
    Span,
    Style,
    Transition,
)
from script2movie.screenplay.faults import MAX_TAKE, faults

MARKS = (
    *("]]", "[[", "/*", "*/", "*", "_", "\\", "!", "@", "~", ">", "<", "#1#", "=", "===", "(", ")"),
    *(
        "INT. X - DAY",
        "CUT TO:",
        "(CONT'D)",
        "(V.O.)",
        "^",
        "\n",
        "\n\n",
        "  ",
        '"',
        ":",
        ",",
        "\t",
    ),
    *(
        "Title: x",
        "shot s01_sh001: a",
        "\x01",
        "\x85",
        "\u2028",
        "\ufffe",
        "ß",
        "é",
        "e\u0301",
        "猫",
    ),
)
texts = st.lists(
    st.one_of(
        st.sampled_from(MARKS),
        st.sampled_from(("Anna", "waits", "I", "the rain", "Dr. Chen", "NO", "don’t", "1.5")),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
    ),
    max_size=6,
).map("".join)
worded = texts.map(lambda text: f"{text} word")
names = st.one_of(
    st.sampled_from(
        ("Anna Reed", "Dr. Mei Chen", "McCLANE", "Renée O’Hara", "Tom (old)", "MAN #2")
    ),
    worded.map(lambda text: "".join(sign for sign in text if sign.isprintable())),
).filter(lambda name: len(name.strip()) > 0 and len(name) < 90)


@st.composite
def shots(draw: st.DrawFn, shot_id: str, cast: list[str]) -> Shot:
    shown = draw(st.lists(st.sampled_from(cast), unique=True, max_size=min(4, len(cast))))
    framings = [Framing.GROUP, Framing.INSERT, Framing.POINT_OF_VIEW]
    framings += {1: [Framing.SINGLE], 2: [Framing.TWO_SHOT, Framing.OVER_THE_SHOULDER]}.get(
        len(shown), []
    )
    framing = draw(st.sampled_from(framings))
    shoulder = framing is Framing.OVER_THE_SHOULDER
    characters = tuple(
        Appearance(
            name,
            draw(texts),
            draw(st.sampled_from(Position)),
            draw(st.sampled_from(Position)),
            back_to_camera=n == 0 if shoulder else draw(st.booleans()),
        )
        for n, name in enumerate(shown)
    )
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        speaker = draw(st.sampled_from([*cast, NARRATOR]))
        unseen = speaker not in shown or draw(st.booleans())
        lines.append(Line(speaker, draw(worded), draw(texts), unseen))
    spans = draw(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), max_size=2))
    return Shot(
        shot_id,
        draw(st.sampled_from(ShotSize)),
        framing,
        draw(st.sampled_from(CameraMove)),
        characters,
        draw(texts),
        draw(texts),
        tuple(draw(st.lists(texts, max_size=2))),
        tuple(lines),
        draw(texts),
        draw(st.floats(0, 600, exclude_min=True)),
        tuple(Span(start, start + length) for start, length in spans),
        draw(texts),
        draw(st.integers(0, MAX_TAKE)),
    )


@st.composite
def scenes(draw: st.DrawFn, number: int, cast: list[str]) -> Scene:
    scene_id = f"s{number:02d}"
    return Scene(
        scene_id,
        draw(
            st.one_of(worded, st.sampled_from(("kitchen", "Anna's HOUSE - night", "day", "LATER")))
        ),
        draw(st.booleans()),
        draw(st.sampled_from(Light)),
        tuple(
            draw(shots(f"{scene_id}_sh{n:03d}", cast))
            for n in range(1, 1 + draw(st.integers(1, 3)))
        ),
        draw(texts),
        draw(texts),
        draw(texts),
        tuple((draw(st.sampled_from(cast)), draw(texts)) for _ in range(draw(st.integers(0, 2)))),
        tuple(draw(st.lists(texts, max_size=2))),
        draw(st.sampled_from(Transition)),
    )


@st.composite
def movies(draw: st.DrawFn) -> Movie:
    """Any movie that has no faults."""
    cast = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    members = tuple(
        CastMember(
            name,
            draw(texts),
            draw(st.none() | st.sampled_from(Gender)),
            draw(st.none() | st.sampled_from(Age)),
            tuple(draw(st.lists(texts, max_size=2))),
            draw(texts),
            draw(texts),
        )
        for name in cast
    )
    movie = Movie(
        draw(worded),
        members,
        tuple(draw(scenes(n, cast)) for n in range(1, 1 + draw(st.integers(1, 3)))),
        draw(texts),
        draw(st.sampled_from(Style)),
        draw(texts),
    )
    return movie


def sound(movie: Movie) -> bool:
    return not list(faults(movie))
