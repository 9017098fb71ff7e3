"""Fountain by its specification, each line worked out by hand; and beside another reader."""

import io

import pytest
from screenplain.parsers import fountain as screenplain
from screenplain.types import Action as TheirAction
from screenplain.types import Dialog, DualDialog, Slug
from screenplain.types import Transition as TheirTransition

from script2movie.screenplay import read_fountain, write_fountain
from script2movie.screenplay.elements import (
    Action,
    Element,
    Mode,
    Note,
    PageBreak,
    Section,
    Slugline,
    Speech,
    Spoken,
    Transition,
)

HOW = Mode.PARENTHETICAL


def says(cue: str, *spoken: str | Spoken, dual: bool = False) -> Speech:
    words = (Spoken(one) if isinstance(one, str) else one for one in spoken)
    return Speech(cue, tuple(words), dual)


def how(text: str) -> Spoken:
    return Spoken(text, HOW)


CASES: dict[str, tuple[str, list[Element]]] = {
    "slugline": ("INT. HOUSE - DAY\n\nx", [Slugline("INT. HOUSE - DAY"), Action("x")]),
    "slugline, outside": ("EXT. BRICK'S POOL - DAY\n", [Slugline("EXT. BRICK'S POOL - DAY")]),
    "slugline in lower case": ("int. house - day\n", [Slugline("int. house - day")]),
    "slugline without a dot": ("EXT HARBOUR NIGHT\n", [Slugline("EXT HARBOUR NIGHT")]),
    "slugline, EST.": ("EST. CITY - DAWN\n", [Slugline("EST. CITY - DAWN")]),
    "slugline, INT./EXT.": ("INT./EXT. CAR - DAY\n", [Slugline("INT./EXT. CAR - DAY")]),
    "slugline, INT/EXT": ("INT/EXT CAR - DAY\n", [Slugline("INT/EXT CAR - DAY")]),
    "slugline, I/E": ("I/E. CAR - DAY\n", [Slugline("I/E. CAR - DAY")]),
    "a word that begins so": ("INTERIOR thoughts.\n", [Action("INTERIOR thoughts.")]),
    "slugline with no line free after it": (
        "INT. HOUSE - DAY\nAnna walks.\n",
        [Slugline("INT. HOUSE - DAY"), Action("Anna walks.")],
    ),
    "slugline, forced": (".SNIPER SCOPE POV\n", [Slugline("SNIPER SCOPE POV")]),
    "no slugline: an ellipsis": ("...and then\n", [Action("...and then")]),
    "scene number": ("INT. HOUSE - DAY #1#\n", [Slugline("INT. HOUSE - DAY", "1")]),
    "scene number with letters": ("INT. HOUSE - DAY #1A#\n", [Slugline("INT. HOUSE - DAY", "1A")]),
    "scene number with marks": ("EXT. POOL #I-1-A.2#\n", [Slugline("EXT. POOL", "I-1-A.2")]),
    "action of two lines": ("One.\nTwo.\n\nThree.", [Action("One.\nTwo."), Action("Three.")]),
    "action keeps its indent": ("One.\n    Two.\n", [Action("One.\n    Two.")]),
    "action, forced": ("!SCANNING THE AISLES\nfast\n", [Action("SCANNING THE AISLES\nfast")]),
    "capitals alone are action": ("BOOM\n\nThen.", [Action("BOOM"), Action("Then.")]),
    "capitals and two spaces are action": ("BOOM  \nThen.", [Action("BOOM\nThen.")]),
    "cue": ("STEEL\nThe man's a myth!", [says("STEEL", "The man's a myth!")]),
    "cue after action needs a free line": ("He stops.\nANN\nA?", [Action("He stops.\nANN\nA?")]),
    "cue with an extension": ("MOM (O. S.)\nLuke!", [says("MOM (O. S.)", "Luke!")]),
    "cue with one in lower case": ("HANS (on the radio)\nHa", [says("HANS (on the radio)", "Ha")]),
    "cue with two": ("ANNA (V.O.) (CONT'D)\nHm", [says("ANNA (V.O.) (CONT'D)", "Hm")]),
    "cue with a digit": ("R2D2\nBeep", [says("R2D2", "Beep")]),
    "digits alone are no cue": ("23\nBeep", [Action("23\nBeep")]),
    "cue, forced": ("@McCLANE\nYippie.", [says("McCLANE", "Yippie.")]),
    "cue in another script": ("@黒澤\nはい。", [says("黒澤", "はい。")]),
    "cue with an accent": ("RENÉE\nOui.", [says("RENÉE", "Oui.")]),
    "dialogue of two lines": ("ANNA\nOne.\nTwo.", [says("ANNA", "One.\nTwo.")]),
    "dialogue with a line left free": ("ANNA\nOne.\n  \nTwo.", [says("ANNA", "One.\n\nTwo.")]),
    "parenthetical": ("ANNA\n(softly)\nYes.", [says("ANNA", how("softly"), "Yes.")]),
    "parenthetical within": (
        "ANNA\nYes.\n(beat)\nNo.",
        [says("ANNA", "Yes.", how("beat"), "No.")],
    ),
    "parenthetical of two lines": ("A\n(as if\nhurt)\nx", [says("A", how("as if hurt"), "x")]),
    "parentheses in what is said": ("ANNA\n(Ha!) Yes.", [says("ANNA", "(Ha!) Yes.")]),
    "dual dialogue": (
        "BRICK\nScrew it.\n\nSTEEL ^\nScrew it.",
        [says("BRICK", "Screw it."), says("STEEL", "Screw it.", dual=True)],
    ),
    "dual dialogue with an extension": (
        "A (O.S.)\nx\n\nB (V.O.)^\ny",
        [says("A (O.S.)", "x"), says("B (V.O.)", "y", dual=True)],
    ),
    "dual dialogue beside nobody": ("INT. A\n\nB ^\ny", [Slugline("INT. A"), says("B", "y")]),
    "lyrics": ("~Willy Wonka!", [Speech("", (Spoken("Willy Wonka!", Mode.LYRIC),))]),
    "lyrics under a cue": (
        "ANNA\n~La la\n~Li li",
        [says("ANNA", Spoken("La la", Mode.LYRIC), Spoken("Li li", Mode.LYRIC))],
    ),
    "transition": ("a\n\nCUT TO:\n\nb", [Action("a"), Transition("CUT TO:"), Action("b")]),
    "transition, another": ("SMASH CUT TO:\n", [Transition("SMASH CUT TO:")]),
    "transition, forced": ("> Burn to White.\n", [Transition("Burn to White.")]),
    "transition, known": ("FADE IN:\n\nx", [Transition("FADE IN:"), Action("x")]),
    "transition, known at the end": ("FADE OUT.\n", [Transition("FADE OUT.")]),
    "no transition: a line follows": ("CUT TO:\nx\n", [says("CUT TO:", "x")]),
    "centered": ("> THE END <\n", [Action("THE END", centered=True)]),
    "centered, without spaces": (">THE END<\n", [Action("THE END", centered=True)]),
    "page break": ("a\n\n===\n\nb", [Action("a"), PageBreak(), Action("b")]),
    "section": ("# Act\n\n## Sequence\n", [Section("Act", 1), Section("Sequence", 2)]),
    "synopsis": ("= She leaves.\n", [Section("She leaves.", 0)]),
    "note within action": ("He sits[[where?]] down.", [Action("He sits down."), Note("where?")]),
    "note on a line of its own": ("a\n\n[[why?]]\n\nb", [Action("a"), Note("why?"), Action("b")]),
    "note of two lines": ("[[one\ntwo]]\n\nb", [Note("one\ntwo"), Action("b")]),
    "note with a line left free": ("[[one\n  \ntwo]]\n", [Note("one\n  \ntwo")]),
    "note that an empty line breaks": ("[[one\n\ntwo]]", [Action("[[one"), Action("two]]")]),
    "note in a speech": ("A\nx\n[[n]]\ny", [says("A", "x\ny"), Note("n")]),
    "boneyard": ("a /* b\n\nc */ d", [Action("a  d")]),
    "boneyard that hides a scene": ("a\n\n/*\nINT. X - DAY\n*/\n\nb", [Action("a"), Action("b")]),
    "boneyard in a speech": ("A\nx\n/* y */\nz", [says("A", "x\nz")]),
    "boneyard without an end": ("a /* b", [Action("a /* b")]),
    "emphasis": ("*a* **b** ***c*** _d_ _*e*_", [Action("a b c d e")]),
    "no emphasis: stars apart": ("2 * 3 * 4, snake_case_b", [Action("2 * 3 * 4, snake_case_b")]),
    "a star that a backslash keeps": ("\\*a\\*", [Action("*a*")]),
    "line ends of tabs and spaces": ("a\n \nb", [Action("a"), Action("b")]),
    "nothing": ("", []),
}  # fmt: skip

PAGES = {
    "keys": ("Title: A\nAuthor: B\n\nx", (("Title", "A"), ("Author", "B")), [Action("x")]),
    "lines of a key": (
        "Title:\n    **A**\n\tsecond\nContact:\n   C\n\n",
        (("Title", "A\nsecond"), ("Contact", "C")),
        [],
    ),
    "none: a slugline": ("INT. A: B - DAY\n\n", (), [Slugline("INT. A: B - DAY")]),
    "none: a transition": ("FADE IN:\n\nx", (), [Transition("FADE IN:"), Action("x")]),
    "none: an empty line first": ("\nTitle: A\n", (), [Action("Title: A")]),
}


@pytest.mark.parametrize("case", CASES)
def test_each_line_is_what_the_specification_says(case: str) -> None:
    text, expected = CASES[case]
    script = read_fountain(f"\n{text}")  # no title page
    assert list(script.elements) == expected
    assert script.title_page == ()


@pytest.mark.parametrize("case", PAGES)
def test_the_title_page_is_read_by_its_keys(case: str) -> None:
    text, page, expected = PAGES[case]
    script = read_fountain(text)
    assert script.title_page == page
    assert list(script.elements) == expected


@pytest.mark.parametrize("case", sorted(CASES.keys() - {"note with a line left free"}))
def test_what_is_read_is_written_so_that_it_reads_the_same(case: str) -> None:
    script = read_fountain(f"\n{CASES[case][0]}")
    placed = read_fountain(write_fountain(script))
    apart = [one for one in placed.elements if not isinstance(one, Note)]
    assert apart == [one for one in script.elements if not isinstance(one, Note)]


@pytest.mark.parametrize("case", CASES)
def test_every_element_knows_where_it_stands(case: str) -> None:
    text = f"\n{CASES[case][0]}"
    for one in read_fountain(text).elements:
        there = text[one.start : one.end]
        assert there.strip() == there.strip("\n") or isinstance(one, Action)
        words = getattr(one, "text", getattr(one, "cue", ""))
        assert words[:1] in there


THEIRS_IS_OTHERWISE = {
    *("slugline in lower case", "slugline with no line free after it"),
    *("parenthetical of two lines", "dual dialogue beside nobody", "lyrics"),
    *("lyrics under a cue", "transition, forced", "transition, known"),
    *("transition, known at the end", "synopsis", "note in a speech", "boneyard in a speech"),
    *("no emphasis: stars apart",),
}


def theirs(text: str) -> list[tuple[str, str]]:
    found = []
    for one in screenplain.parse(io.StringIO(f"\n{text}")).paragraphs:
        for part in (one.left, one.right) if isinstance(one, DualDialog) else (one,):
            if isinstance(part, Dialog):
                lines = [str(part.character), *(str(block) for _, block in part.blocks)]
                found.append(("speech", "\n".join(lines)))
            elif isinstance(part, Slug | TheirTransition):
                found.append((type(part).__name__.lower(), str(part.line)))
            elif isinstance(part, TheirAction):
                found.append(("action", "\n".join(map(str, part.lines))))
    return found


def ours(text: str) -> list[tuple[str, str]]:
    found = []
    for one in read_fountain(f"\n{text}").elements:
        if isinstance(one, Speech):
            said = (f"({s.text})" if s.mode is HOW else s.text for s in one.spoken)
            found.append(("speech", "\n".join([one.cue, *said])))
        elif isinstance(one, Slugline | Transition | Action):
            kind = "slug" if isinstance(one, Slugline) else type(one).__name__.lower()
            found.append((kind, one.text))
    return found


@pytest.mark.parametrize("case", sorted(CASES.keys() - THEIRS_IS_OTHERWISE))
def test_another_reader_finds_the_same(case: str) -> None:
    text = CASES[case][0]
    assert ours(text) == theirs(text)
