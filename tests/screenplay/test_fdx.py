"""Final Draft's XML: what its program writes is read; what nobody should send is refused."""

import pytest

from script2movie.errors import StoryError
from script2movie.screenplay import read_fdx, read_fountain, write_fdx
from script2movie.screenplay.elements import (
    Action,
    Mode,
    Note,
    PageBreak,
    Script,
    Section,
    Slugline,
    Speech,
    Spoken,
    Transition,
)

FILE = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<FinalDraft DocumentType="Script" Template="No" Version="5">
  <Content>
    <Paragraph Type="Transition"><Text>FADE IN:</Text></Paragraph>
    <Paragraph Number="1" Type="Scene Heading">
      <SceneProperties Length="4/8" Page="1" Title="">
        <Summary><Paragraph><Text>They meet.</Text></Paragraph></Summary>
        <SceneArcBeats>
          <CharacterArcBeat Name="ANNA"><Paragraph><Text>Hope</Text></Paragraph></CharacterArcBeat>
        </SceneArcBeats>
      </SceneProperties>
      <Text>INT. FISH &amp; CHIP SHOP - DAY</Text>
    </Paragraph>
    <Paragraph Type="Cast List"><Text>ANNA, BEN</Text></Paragraph>
    <Paragraph Type="Action">
      <ScriptNote Color="#FFFF00" ID="1"><Paragraph><Text>too long?</Text></Paragraph></ScriptNote>
      <Text>Anna </Text><Text AdornmentStyle="0" Style="Bold+Italic">waits</Text><Text>.</Text>
    </Paragraph>
    <Paragraph Type="Shot"><Text>CLOSE ON THE KEYS</Text></Paragraph>
    <Paragraph Type="Character"><Text>ANNA (V.O.)</Text></Paragraph>
    <Paragraph Type="Parenthetical"><Text>(beat)</Text></Paragraph>
    <Paragraph Type="Dialogue"><Text>We're</Text><Text> closed.</Text></Paragraph>
    <Paragraph Type="Lyrics"><Text>La la</Text></Paragraph>
    <Paragraph>
      <DualDialogue>
        <Paragraph Type="Character"><Text>ANNA</Text></Paragraph>
        <Paragraph Type="Dialogue"><Text>Yes.</Text></Paragraph>
        <Paragraph Type="Character"><Text>BEN</Text></Paragraph>
        <Paragraph Type="Dialogue"><Text>No.</Text></Paragraph>
      </DualDialogue>
    </Paragraph>
    <Paragraph Type="General"><Text>Silence.</Text></Paragraph>
    <Paragraph Type="My Own"><Text>A bell.</Text></Paragraph>
    <Paragraph Alignment="Center" Type="Action"><Text>THE END</Text></Paragraph>
    <Paragraph Type="End of Act"><Text>END OF ACT ONE</Text></Paragraph>
    <Paragraph Type="Action"><Text></Text></Paragraph>
  </Content>
  <TitlePage>
    <Content>
      <Paragraph Alignment="Center"><Text></Text></Paragraph>
      <Paragraph Alignment="Center"><Text>Chips</Text></Paragraph>
      <Paragraph Alignment="Center"><Text>written by</Text></Paragraph>
    </Content>
  </TitlePage>
  <ElementSettings Type="General"><FontSpec Font="Courier Final Draft"/></ElementSettings>
</FinalDraft>
"""


def test_a_file_of_final_draft_is_read_paragraph_by_paragraph() -> None:
    script = read_fdx(FILE.encode(), "chips.fdx")
    assert script == Script(
        (("Title", "Chips"),),
        (
            Transition("FADE IN:"),
            Slugline("INT. FISH & CHIP SHOP - DAY", "1"),
            Section("They meet.", 0),
            Note("Cast: ANNA, BEN"),
            Note("too long?"),
            Action("Anna waits."),
            Action("CLOSE ON THE KEYS"),
            Speech(
                "ANNA (V.O.)",
                (
                    Spoken("beat", Mode.PARENTHETICAL),
                    Spoken("We're closed."),
                    Spoken("La la", Mode.LYRIC),
                ),
            ),
            Speech("ANNA", (Spoken("Yes."),)),
            Speech("BEN", (Spoken("No."),), dual=True),
            Action("Silence."),
            Action("A bell."),
            Action("THE END", centered=True),
            Section("END OF ACT ONE", 1),
        ),
    )


def test_what_is_written_reads_the_same() -> None:
    script = read_fdx(FILE.encode(), "chips.fdx")
    assert read_fdx(write_fdx(script), "again.fdx") == script


def test_a_title_that_looks_like_a_key_stays_the_title() -> None:
    script = Script((("Title", "Author: unknown"), ("Author", "B")), (Slugline("INT. A - DAY"),))
    assert read_fdx(write_fdx(script), "x.fdx") == script


def test_fountain_and_final_draft_say_the_same() -> None:
    text = (
        "Title: A\nAuthor: B\n\nINT. X - DAY #2A#\n\n= Why.\n\nHe sits.\n\n[[soon]]\n\nTOM\nNo.\n\n"
        "ANN\n(low)\nYes.\n\nTOM ^\nNo.\n\n===\n\nCUT TO:\n\n> END <\n"
    )
    script = read_fountain(text)
    assert PageBreak() in script.elements
    assert read_fdx(write_fdx(script), "a.fdx") == script


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_encoding_is_the_files_own(encoding: str) -> None:
    text = FILE.replace("UTF-8", encoding).replace("Silence.", "Café.")
    assert Action("Café.") in read_fdx(text.encode(encoding), "x.fdx").elements


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><FinalDraft><Content><Paragraph><Text>&c;</Text>'
    "</Paragraph></Content></FinalDraft>"
)
STEALS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    "<FinalDraft><Content><Paragraph><Text>&e;</Text></Paragraph></Content></FinalDraft>"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not the XML of Final Draft"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not the XML of Final Draft"),
        (FILE[:400].encode(), "is not the XML of Final Draft"),
        (FILE.replace("waits", "caf\xe9").encode("latin-1"), "is not the XML of Final Draft"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "is not the XML of Final Draft"),
        (b"<html><Content/></html>", "is XML, but no screenplay of Final Draft"),
        (b"<FinalDraft/>", "is XML, but no screenplay of Final Draft"),
        (BOMB.encode(), "declares a document type of its own"),
        (STEALS.encode(), "declares a document type of its own"),
    ],
)
def test_what_is_no_screenplay_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(StoryError, match=said) as caught:
        read_fdx(content, "x.fdx")
    assert str(caught.value).startswith("x.fdx ")
    assert "\n" not in str(caught.value)
