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
"""

from script2movie.screenplay.plan import PLAN_VERSION, load_plan, plan_schema, save_plan
from script2movie.screenplay.story import Form, Story, open_story, read_story

__all__ = [
    "PLAN_VERSION",
    "Form",
    "Story",
    "load_plan",
    "open_story",
    "plan_schema",
    "read_story",
    "save_plan",
]
