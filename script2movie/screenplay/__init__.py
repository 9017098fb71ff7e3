"""A movie as text: plan.json, Fountain and Final Draft, in and out; and stories as they are read.

plan        Movie <-> plan.json, its schema, what is wrong with one
faults      what is wrong with a plan that its schema cannot say
elements    a screenplay as its elements
fountain    Fountain text <-> elements
fdx         Final Draft <-> elements
notes       what a plan holds beyond a screenplay, as notes that a person can read and edit
export      Movie -> elements with notes
restore     elements with notes -> Movie
cues        whose cue it is
story       a story from a file, and whether it is prose or a screenplay
saving      a movie into a file of any of these formats
annotations shot annotations -> Movie
"""

from script2movie.screenplay.annotations import planned_as_annotated
from script2movie.screenplay.export import exported
from script2movie.screenplay.fdx import read_fdx, write_fdx
from script2movie.screenplay.fountain import read_fountain, write_fountain
from script2movie.screenplay.plan import PLAN_VERSION, load_plan, plan_schema, save_plan
from script2movie.screenplay.restore import holds_plan, restored
from script2movie.screenplay.saving import convert, save_movie
from script2movie.screenplay.story import Form, Story, open_story, read_story

__all__ = [
    "PLAN_VERSION",
    "Form",
    "Story",
    "convert",
    "exported",
    "holds_plan",
    "load_plan",
    "open_story",
    "plan_schema",
    "planned_as_annotated",
    "read_fdx",
    "read_fountain",
    "read_story",
    "restored",
    "save_movie",
    "save_plan",
    "write_fdx",
    "write_fountain",
]
