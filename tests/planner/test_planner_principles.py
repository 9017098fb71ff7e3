"""One principle of reading each, on a few sentences of its own: who is there, who speaks, where.

The expectations are a reader's, worked out by hand. `test_planner_labelled.py` counts on stories.
"""

import pytest
from conftest import outlined as outline_of
from conftest import planned

from script2movie import weights
from script2movie.planner.embedded import MODEL, EmbeddedPlanner
from script2movie.planner.language import Grammar
from script2movie.planner.scenes import outlined
from script2movie.planner.telephone import calling_after
from script2movie.planner.telling import Telling, tell


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar(weights.path(MODEL))


def read(grammar: Grammar, text: str) -> Telling:
    return tell(grammar.read(text), ())


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Ada Bell told the crew that her brother Tom had sold the boat.", {"Ada Bell"}),
        ("Vera Stone owns a bank. Ben Hale plans to rob Vera.", {"Ben Hale"}),
        ("Leo Voss is dead. Mara Lind finds a photograph of Leo in a drawer.", {"Mara Lind"}),
        ("Anna Reed slept. Ben Hale looked for her. She was not in the house.", set()),
        ("Ben Hale opened the door. On the step stood Ines Duarte with a lamp.", {"Ines Duarte"}),
        ("Carl Lund and Rosa Diaz flee into the hills.", {"Carl Lund", "Rosa Diaz"}),
        ("Owen Pratt and Beth Cole travel to Rome.", {"Owen Pratt", "Beth Cole"}),
        ("Mr. Edwin Hall sits. Lionel Hall laughs. Mr. Hall gets up.", {"Edwin Hall"}),
        ("Robert Beck ate a beetle. Everybody calls him Bug. Bug laughs.", {"Robert Beck"}),
        (
            "Nora Bell meets Peter Hall at a dance. The two quarrel.",
            {"Nora Bell", "Peter Hall"},
        ),
        ("Nora Bell and Peter Hall eat. Two sisters come in.", set()),
        (
            "Miles Finch sat down. Hugo Marsh waits with the papers in front of him.",
            {"Hugo Marsh"},
        ),
        (
            "Ruth Kessler, a cook, visits Celeste Brandt. Celeste smiles and asks how she knew.",
            {"Ruth Kessler", "Celeste Brandt"},
        ),
        (
            "Jonah Lind befriends Tess Okafor, the daughter of the sheriff. Sheriff Okafor shouts.",
            {"Sheriff Okafor"},
        ),
        ("Amy Lund and Zoe Park break into a bank. The team splits up.", {"Amy Lund", "Zoe Park"}),
        ("Glaciologist Sigrid Holm waits. Sigrid shivers.", {"Sigrid Holm"}),
        ("Leo Lind flees with Ada Lind. The siblings hide in a mill.", {"Leo Lind", "Ada Lind"}),
        ("Amy Lund is lost. A ranger named Cal Hobbs saves her.", {"Amy Lund", "Cal Hobbs"}),
        ("The ghost of Jacob Stone stood in the hall. It groaned.", {"Jacob Stone"}),
        ("Ada Bell rents a room from Mabel Coyne.", {"Ada Bell", "Mabel Coyne"}),
        ("Matt Garvey takes Orla Flynn hostage.", {"Matt Garvey", "Orla Flynn"}),
        ("Odile sits by Benedikt's bed in the hospital.", {"Odile", "Benedikt"}),
        ("Ann Reed breaks into Mercer's office. Mercer is gone.", set()),
        (
            "Detective Lena Ortiz and her partner Ray Cole search the room. At the station, "
            "Captain Doyle orders them off the case.",
            {"Captain Doyle", "Lena Ortiz", "Ray Cole"},
        ),
        (
            "Noor Haddad finds an old man whom all call Pope. Pope yawns. She laughs.",
            {"Noor Haddad"},
        ),
        ("Ben Hale hid. Two men in suits come in. Ada Bell greets them.", {"Ada Bell"}),
        ("Ada Bell and Ben Hale ran. One of the men in grey is waiting.", set()),
        ("Mrs. Quill opened. The girl came in. The old woman sat down.", {"Mrs. Quill"}),
        (
            "Leo Lind eats. His wife Ida cooks. Ben Hale knocks. The family sits.",
            {"Leo Lind", "Ida"},
        ),
        ("Ben Hale slept. By noon Ben Hale was gone.", set()),
        ("Leo Lind hid. Tamsin walked past with a finger on her lip.", {"Tamsin"}),
        ("To Ben Hale's relief Ada Bell came in.", {"Ben Hale", "Ada Bell"}),
        ("Ada Bell sat across from Ben Hale.", {"Ada Bell", "Ben Hale"}),
        (
            "Ben Hale let himself out. Ada Bell sang. Ada slept. Ada woke. Ada hid. He ran.",
            {"Ben Hale"},
        ),
        ('"Mr. Pike sent me," said Ada Bell. Pike came out of the house.', {"Mr. Pike"}),
    ],
)
def test_who_is_in_the_last_sentence(grammar: Grammar, text: str, last: set[str]) -> None:
    assert set(read(grammar, text).told[-1].seen) == last


def test_a_father_in_the_church_is_nobodys_father(grammar: Grammar) -> None:
    telling = read(
        grammar,
        "I waited at the gate, and my father waited too. Father Doyle came out of the church. "
        "My father took off his hat. I laughed, and my father smiled.",
    )
    assert "Father Doyle" in telling.told[1].seen
    assert "Father Doyle" not in telling.told[2].seen


def test_a_nickname_makes_no_second_person(grammar: Grammar) -> None:
    telling = read(grammar, "Walter Buckley, whom everyone calls Hopper, waves. Hopper laughs.")
    assert len(telling.people) == 1


def test_to_call_somebody_a_name_is_no_telephone_call(grammar: Grammar) -> None:
    named = read(grammar, "Leo Lind calls Ada Lind a traitor. Ada Lind calls Leo Lind.").told
    assert [calling_after(one, calling=False) for one in named] == [False, True]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "Sal Bruno unlocked the shop, and his partner came running down the street.\n\n"
            '"Lock it again," said Ray Tucker.\n\n"We just opened."',
            ["Ray Tucker", "Sal Bruno"],
        ),
        (
            '"Leon, how much of the soup is left?" Ruth Abara asked Leon.\n\n'
            'He lifted the lid and did not answer.\n\n"Leon."\n\n"There is none."',
            ["Ruth Abara", "Ruth Abara", "Leon"],
        ),
        (
            "Nora Bell looked at the telephone and dialled.\n\n"
            '"Mum?" The voice was thin. "What is wrong?"\n\n"Nothing."\n\n"You ring on Sundays."'
            '\n\nNora shut her eyes.\n\n"I am coming," said Imke.',
            ["Imke", "Imke", "Nora Bell", "Imke", "Imke"],
        ),
        (
            'Ada Bell came in, and an old man lay in the bed.\n\n"Good morning," she said.'
            '\n\n"I am dead," said Joseph.\n\n"Then it is quick."',
            ["Ada Bell", "Joseph", "Ada Bell"],
        ),
        (
            "A maid showed Ben Hale into the room, where a girl was sitting.\n\n"
            '"My aunt is dressing," she said. "I am Vera."\n\nHe sat down.\n\n"Well," said Vera.',
            ["Vera", "Vera", "Vera"],
        ),
        (
            'Mrs. Quill opened to a girl. The girl was small. "What\'s your name?"'
            '\n\n"Tamsin."'
            '\n\n"Come in."\n\nTamsin ran in and sat down.',
            ["Mrs. Quill", "Tamsin", "Mrs. Quill"],
        ),
        ('Ada Bell finds a note under the pillow: "Look in the well."', [""]),
        (
            '"Nobody found them," said Vera Hall.\n\nThey had drowned, said Vera. Her aunt kept '
            'the window open.\n\n"Sometimes," she said, "I listen."',
            ["Vera Hall", "Vera Hall", "Vera Hall"],
        ),
        (
            'Ray Tucker and Sal Bruno sat in the shop.\n\n"It\'s Mrs. Delgado," called a voice '
            "through the door.\n\nRay told her to come back. She shrugged and went away.\n\n"
            '"Think," said Ray.\n\n"I am thinking."',
            ["Mrs. Delgado", "Ray Tucker", "Sal Bruno"],
        ),
    ],
)
def test_who_speaks(grammar: Grammar, text: str, speakers: list[str]) -> None:
    told = read(grammar, text).told
    assert [speech.speaker for one in told for speech in one.speeches] == speakers


HALL = "Anna Reed sat in the hall and read. Ben Hale slept on the sofa.\n\n"


@pytest.mark.parametrize(
    ("text", "scenes"),
    [
        (HALL + "At six the gong rang for tea.", 2),
        (HALL + "All night it rained.", 2),
        (HALL + "Ninety miles away Carl Lund was digging.", 2),
        (HALL + "Weeks passed.", 2),
        (HALL + "In a flashback, Tom Hale argues with Anna on the quay.", 2),
        (HALL + "On Monday Anna packed her bag. Then she drove to the airport.", 3),
        (HALL + "She laughed. They were young. The hall is empty now.", 1),
        (HALL + "Anna yawned. Ben woke.\n\nThe hall is a bank today, and nobody reads there.", 2),
        (HALL + "Back on the glacier, Anna shivers.", 2),
        (HALL + "Anna and Ben break into the archive.", 2),
        (HALL + "In the first round Ben knocks Anna down.", 2),
        (HALL + "Two winters later Ben woke.", 2),
        (HALL + "Anna takes the book to Carl Lund at the police station.", 2),
        (HALL + "After dark Ben lit the lamp.", 2),
        (HALL + "Anna laughed, and at midnight Ben woke.", 2),
        (HALL + "Downstairs, ten minutes later, Ben drank his tea.", 2),
        (HALL + "Anna meets Ben on the courthouse steps.", 2),
        (HALL + "The council chamber was full.", 2),
        (HALL + "She remembers the funeral: rain, a flag. She takes her coat.", 3),
        (HALL + "A floorboard creaked on the landing.", 1),
        (HALL + "From inside the house came a roar.", 1),
        (HALL + "Ben waved from the window of the kitchen.", 1),
        (HALL + "Outside somebody knocked at the window.", 1),
        (HALL + "He said that there was a garden where nobody had to read.", 1),
        (HALL + "Ben went out to the car and came back with a map.", 1),
        (HALL + "Ben plans to meet Carl Lund at a motel.", 1),
        (HALL + "Dr. Helen Strand, a chemist at a laboratory, came in.", 1),
    ],
)
def test_where_a_scene_ends(grammar: Grammar, text: str, scenes: int) -> None:
    assert len(outlined(read(grammar, text))) == scenes


def test_a_name_that_nobody_of_the_cast_has_is_told(planner: EmbeddedPlanner) -> None:
    story = "Ann Reed breaks into Mercer's office. Vark is shot. Ann flees to Paris."
    (remark,) = outline_of(planner, story).remarks
    assert remark.startswith("'Mercer' and 'Vark' are named but are nobody in the cast: ")
    assert outline_of(planner, "Ann Reed meets Ben Hale. They flee to Paris.").remarks == ()


def test_whose_place_it_is_is_not_seen_while_it_is_told(planner: EmbeddedPlanner) -> None:
    story = (
        "Rosa Diaz sleeps in the park.\n\nIn Rosa's kitchen that evening, Ben Hale winds a clock."
    )
    movie = planned(planner, story)
    told = {line.text: shot for _, shot in movie.shots for line in shot.dialogue}
    assert told["In Rosa's kitchen that evening,"].characters == ()


def test_a_plot_ends_with_what_is_done_and_not_with_a_tag(planner: EmbeddedPlanner) -> None:
    story = (
        'Ben Hale and Ada Bell sat in the shop. "What time is it?" asked Ada.\n\nBen smiles.\n\n'
        '"Early," he says.\n\n"Good," said Ada.'
    )
    plots = [shot.plot for _, shot in planned(planner, story).shots]
    assert "Ben smiles." in plots


def test_to_tear_paper_is_not_to_weep(planner: EmbeddedPlanner) -> None:
    story = "Ben Hale reads the letter in the shop. He tears it up and tears the stamp off."
    assert {scene.mood for scene in planned(planner, story).scenes} == {"mysterious"}
