"""When a sentence plays: whether time has passed before it, or the telling goes back or forth.

Knows the words and the grammar of time; knows no scenes.
"""

import re

from spacy.tokens import Token

from script2movie.planner.telling import Told
from script2movie.planner.words import light_of

__all__ = ["BACK", "LATER", "UNIT", "opening", "tense", "time_passes"]

UNIT = (
    r"(?:hours?|days?|weeks?|fortnights?|months?|years?|decades?|seasons?|weekends?"
    r"|winters|summers)"
)
MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
PART = r"(?:morning|evening|night|afternoon|dawn|dusk|noon|midnight|sunrise|sunset|day)"
WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
CLOCK = (
    r"(?:(?:half|quarter|[a-z]+) (?:past|to) )?"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)"
    r"(?: o'clock|[: ]?(?:thirty|fifteen|\d\d))?(?: (?:in|at|on) [a-z ]+|,? the\b|,| [a-z]+$|$)"
)
SEASON = r"(?:spring|summer|autumn|fall|winter)"
AGED = (
    r"(?:[a-z]+teen|[a-z]+ty|six|seven|eight|nine|ten|eleven|twelve|young|little|small"
    r"|a (?:boy|girl|child|student))"
)
PASSES = re.compile(
    rf"\b(?:next|following|same|that|another|one|by|at|in the|until|till|before|after|on) (?:the )?"
    rf"(?:very |first |early |late |next |following )*(?:{PART}|{WEEKDAY}|{SEASON}|breakfast|dinner"
    rf"|lunch|supper)\b"
    rf"|\b{UNIT} (?:later|after|afterwards|passed|pass|go by|ago|earlier|before)\b"
    rf"|\b(?:after|for) (?:[a-z]+ )?{UNIT}\b|\b(?:next|following|last) {UNIT}\b"
    rf"|^(?:much |not long )?later\b|^(?:soon |shortly )?afterwards\b"
    rf"|^(?:tomorrow|meanwhile|that same)\b|\b(?:towards?|around|by|in|at|after) "
    rf"(?:{SEASON}|noon|midday|midnight|dusk|dawn|dark|nightfall|closing time|bedtime)\b"
    r"|\bafter (?:the )?(?:school|work|class|church|mass|service|funeral|show|concert|match"
    r"|game|meal|party|wedding|ceremony|performance|trial|meeting|war|lesson|storm)\b"
    rf"|\b{SEASON} (?:comes|came|arrives|arrived)\b"
    r"|^on (?:the|his|her|their|our) way (?:back|home)\b"
    rf"|^(?:(?:as|when|then|and) )?the sun (?:sets|rises|goes|comes|sinks|set|rose)\b"
    rf"|\b(?:at|by) the end of (?:the|that) {UNIT}\b|^(?:early |late )?in {MONTH}\b|^in \d{{4}}\b"
    rf"|^(?:then |but |and |until )*(?:early |late )?one (?:[a-z]+ )?{PART}\b"
    rf"|^the {PART} (?:after|before|that|when|of)\b"
    rf"|^(?:but |and |then )?(?:at|by|around|towards?|until|shortly (?:before|after)) {CLOCK}\b"
    rf"|^(?:but |and )?all (?:that |the )?(?:{PART}|{SEASON}|week)\b"
    rf"|^(?:in|for|over|during|throughout) the (?:next |following |coming |last |final )*(?:few )?"
    rf"(?:{UNIT}|scene)\b|^(?:the )?{SEASON} (?:passes|passed)\b"
    rf"|^in an? (?:[a-z]+ )?(?:flashback|dream|memory|vision)\b|^(?:the )?(?:film|story|movie) "
    r"(?:ends|closes|opens|begins|then|cuts)\b|^(?:soon|shortly|immediately|not long) after\b"
    rf"|\bon the (?:first|second|third|last) day\b"
    r"|^in the (?:first|second|third|fourth|fifth|last|final|next|[a-z]+th) "
    r"(?:round|half|act|inning)\b|^(?:[a-z]+ (?:, )?){0,2}(?:minutes|hours) (?:later|after)\b"
    rf"|\b(?:morning|evening|night|dawn|dusk|midnight) (?:comes|falls|came|fell|arrives)\b"
)
BEGINS = re.compile(  # a sentence that is itself the time
    rf"^(?:the first time was\b|when (?:he|she|i|they) (?:was|were) {AGED}\b"
    rf"|when \S+ (?:returns?|returned|(?:comes?|came|gets?|got) (?:back|home|down))\b"
    rf"|when the (?:bell|clock) (?:strikes|struck)\b"
    rf"|(?:many |a few |several )?(?:{UNIT}|time) (?:pass|passes|passed|go by|went by)\b"
    rf"|it (?:takes|took) \S+ (?:[a-z]+ )?(?:minutes|{UNIT})\b"
    rf"|(?:when|as soon as|by the time) \S+ (?:wakes|woke|awakes|awoke)\b"
    rf"|(?:i|he|she|they|we) (?:was|were|is|are|am) (?:woken|awakened)(?: up)? at {PART}\b"
    rf"|it (?:was|is) (?:[a-z]+ ){{0,3}}(?:{PART}|{WEEKDAY}|{MONTH}|{SEASON}|o'clock)\b)"
)
LATER = re.compile(r"\b(?:later|next|following|now)\b")
BACK = re.compile(
    rf"\b{UNIT} (?:before|earlier|ago)\b|^the first time was\b"
    rf"|^when (?:he|she|i|they) (?:was|were) {AGED}\b"
)
TRAILING = re.compile(
    rf"\b(?:and|but|until) (?:early |late )?(?:at (?:midnight|dawn|dusk|noon)\b"
    rf"|(?:on|in) (?:the |a |an )?(?:[a-z]+ )?"
    rf"(?:of )?(?:{WEEKDAY}|{MONTH}|{SEASON}|{PART})\b)"
    rf"|\b(?:the (?:next|following) (?:{PART}|week|month|year)|{UNIT} later|later that {PART})\b"
    r"|^\S+(?: \S+)? meanwhile\b"
)
AWAY = re.compile(
    r"^(?:[a-z]+ )*?(?:(?:[a-z]+ )?(?:miles|kilometres|kilometers|blocks|streets|hours) away"
    r"|across town|elsewhere|on the other side of (?:town|the city|the world))\b"
)
THAT = re.compile(r"\bthat (?:morning|afternoon|evening|night)\b")
HABIT = re.compile(r"^(?:every|each|most|always|on (?:mondays|sundays))\b")


def tense(told: Told) -> str:
    """'past' or 'present' by the verb of the main clause; '' where it is neither."""
    for token in told.sentence.told:
        if token.dep_ == "ROOT":
            verbs = [token, *(c for c in token.children if c.dep_ in ("aux", "auxpass"))]
            tags = {verb.tag_ for verb in verbs}
            return "past" if "VBD" in tags else "present" if tags & {"VBZ", "VBP"} else ""
    return ""


def time_passes(opening: str, told: Told, *, present_again: bool = False) -> bool:
    """Whether a sentence sets a time other than that of the sentence before.

    `present_again` says that the telling has come back to the present tense.
    """
    if HABIT.search(opening):
        return False
    if told.sentence.opens_paragraph and (opening.startswith("now") or present_again):
        return True
    text = " ".join(t.lower_ for t in told.sentence.told)
    if AWAY.search(opening):
        return True
    if told.sentence.opens_paragraph and THAT.search(text):
        return True
    ahead = " ".join(text.split()[:8])
    begins = PASSES.search(opening) or re.match(
        r"(?:as |when )?(?:the sun|night|dawn|morning) ", ahead
    )
    itself = told.sentence.opens_paragraph or not told.sentence.quotes
    return bool(
        (begins and PASSES.search(ahead))
        or TRAILING.search(text)
        or (itself and BEGINS.search(ahead))
    )


def opening(told: Told) -> str:
    """The told words before the first subject or verb, in lower case."""
    words = []
    for token in told.sentence.doc:
        if told.sentence.masked(token):
            break
        if token.dep_ in ("nsubj", "nsubjpass", "expl") and not _of_time(token):
            break
        words.append(token.lower_)
        if len(words) > 10:
            break
    return " ".join(words)


def _of_time(token: Token) -> bool:
    return light_of(token.lower_) is not None or token.lower_ in ("sun", "day", "moon")
