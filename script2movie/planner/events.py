"""A scene's sentences as beats: one thing that happens or one speech, in the story's order.

Knows where a sentence may be cut and who is in each part; knows no camera. What no person speaks
is a beat that the narrator may tell in the story's own words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from script2movie.planner.beats import Beat, joined
from script2movie.planner.dialogue import Speech
from script2movie.planner.language import Sentence
from script2movie.planner.roles import Mention, Role
from script2movie.planner.telephone import calling_after, is_there
from script2movie.planner.telling import SEEN, Told
from script2movie.planner.words import kind_of_verb, vocabulary

__all__ = ["FEELINGS", "REACTION", "beats_of"]

LONG = 15  # words: more are told over two shots, where a clause allows it
LEAST_CLAUSE = 3  # words of a clause beside a tag
MIN_PART = 5  # tokens of a part of a sentence
LEAST_FRONTED, MOST_FRONTED = 3, 9  # tokens of a phrase before the subject
ENDLESS = 45  # words of one piece at most
REACTION = 6  # words: a smile or a nod of no more is shown, not told
FEELINGS = ("body", "emotion", "perception")


def beats_of(scene: Sequence[Told], story: str) -> tuple[Beat, ...]:
    """All beats of a scene, in order; short ones of the same people joined."""
    here: set[str] = {name for told in scene for name in told.seen}
    beats: list[Beat] = []
    talks = any(speech.speaker for told in scene for speech in told.speeches)
    calling = False
    for n, told in enumerate(scene):
        calling = calling_after(told, calling)
        inner = talks and 0 < n < len(scene) - 1
        for beat in _beats(told, story, here, opens=n == 0):
            shown = inner and not beat.speaker and beat.kind in FEELINGS
            if shown and beat.num_words <= REACTION and len(beat.people) == 1:
                beat = replace(beat, tell=False)  # noqa: PLW2901
            if calling:
                seen = not beat.speaker or is_there(beat.speaker, scene)
                beat = replace(beat, apart=True, seen=seen)  # noqa: PLW2901
            beats.append(beat)
    return tuple(joined(beats, story))


def _beats(told: Told, story: str, here: set[str], opens: bool) -> Iterator[Beat]:
    spoken = [speech for speech in told.speeches if speech.speaker]
    if not spoken:
        yield from _events(told, story, here, opens)
        return
    sentence = told.sentence
    speaker = spoken[0].speaker
    before, after = _own_clauses(told, story, here)
    yield from before
    action = _predicate(told, speaker, 0, len(sentence.doc)) if sentence.told else ""
    lines = list(_continued(spoken))
    first = before[-1].end if before else sentence.start
    last = after[0].start if after else sentence.end
    for n, speech in enumerate(lines):
        others = tuple(name for name in told.acting if name != speaker)
        yield Beat(
            start=first if n == 0 else speech.quote.start,
            end=last if n == len(lines) - 1 else speech.quote.end,
            text=_plain(sentence, sentence.doc[:]) if sentence.told else "",
            people=(speech.speaker, *others),
            kind="communication",
            speaker=speech.speaker,
            addressee=speech.addressee,
            addressed=speech.addressed,
            line=speech.quote.text,
            manner=speech.manner,
            tell=False,
            paragraph=sentence.paragraph,
            actions=((speech.speaker, action),) if action else (),
        )
    yield from after


def _continued(speeches: Sequence[Speech]) -> Iterator[Speech]:
    """'I know,' says Anna, 'but stay.' is one line."""
    whole: Speech | None = None
    for speech in speeches:
        if whole is not None and whole.quote.text[-1] in ",-—":
            joined = f"{whole.quote.text} {speech.quote.text}"
            whole = replace(whole, quote=replace(whole.quote, end=speech.quote.end, text=joined))
            continue
        if whole is not None:
            yield _full_stop(whole)
        whole = speech
    if whole is not None:
        yield _full_stop(whole)


def _full_stop(speech: Speech) -> Speech:
    """The comma before 'says Anna' is the telling's, not the speaker's."""
    text = speech.quote.text
    return (
        replace(speech, quote=replace(speech.quote, text=f"{text[:-1]}."))
        if text[-1] == ","
        else speech
    )


# --- what happens ---------------------------------------------------------------------------------


def _events(told: Told, story: str, here: set[str], opens: bool) -> Iterator[Beat]:
    """The sentence, cut where a clause begins if it is long, and after a scene's first phrase."""
    sentence = told.sentence
    cuts = _cuts(sentence) if len(sentence.told) > LONG else []
    front = _fronted(sentence) if opens else 0
    if front:
        cuts = [front, *(cut for cut in cuts if cut > front + MIN_PART)]
    first = 0
    actors: tuple[str, ...] = ()
    for last in [*cuts, len(sentence.doc)]:
        beat = _event(told, story, first, last, actors, here)
        if opens and first == 0 and last == front and _only_owners(told, last):
            beat = replace(beat, people=(), actions=())  # "In Rosa's kitchen that evening,"
        actors = beat.people[:1] or actors
        if re.search(r"\w", beat.text):
            yield from _apart(beat, story)
        first = last


def _only_owners(told: Told, last: int) -> bool:
    return all(m.role is Role.OWNER for m in told.mentions if m.token < last)


def _apart(beat: Beat, story: str) -> Iterator[Beat]:
    """A sentence without end in pieces that can be told."""
    if beat.num_words <= ENDLESS:
        yield beat
        return
    words = list(re.finditer(r"\S+", story[beat.start : beat.end]))
    for n in range(0, len(words), ENDLESS):
        piece = words[n : n + ENDLESS]
        start, end = beat.start + piece[0].start(), beat.start + piece[-1].end()
        yield replace(beat, start=start, end=end, text=_told_text(story[start:end]))


def _fronted(sentence: Sentence) -> int:
    """The token after 'The next morning,' or 'In Rosa's kitchen,'; 0 where none stands in front."""
    for token in sentence.doc[: MOST_FRONTED + 1]:
        if token.dep_ in ("nsubj", "nsubjpass", "expl") or token.pos_ in ("VERB", "AUX"):
            return 0
        if token.text == ",":
            return int(token.i) + 1 if token.i >= LEAST_FRONTED else 0
    return 0


def _cuts(sentence: Sentence) -> list[int]:
    """Tokens before which a long sentence may be cut: at a further main verb or after a clause."""
    found: list[int] = []
    doc = sentence.doc
    for token in doc:
        cut = -1
        if (
            token.dep_ == "conj"
            and token.pos_ in ("VERB", "AUX")
            and token.head.pos_ in ("VERB", "AUX")
        ):
            own = [t.i for child in token.lefts for t in child.subtree]
            cut = min(own, default=token.i)
            while cut > 0 and (
                doc[cut - 1].dep_ in ("cc", "advmod") or doc[cut - 1].lower_ == "then"
            ):
                cut -= 1
        elif token.text == ";":
            cut = token.i + 1
        elif token.dep_ == "advcl" and token.i < token.head.i:
            cut = max(t.i for t in token.subtree) + 1
            cut += cut < len(doc) and doc[cut].is_punct
        elif token.dep_ == "advcl" and token.left_edge.lower_ in (
            "while",
            "until",
            "when",
            "as",
            "because",
        ):
            cut = token.left_edge.i
        previous = found[-1] if found else 0
        if cut - previous >= MIN_PART and len(doc) - cut >= MIN_PART:
            found.append(cut)
    return found


def _event(
    told: Told, story: str, first: int, last: int, actors: tuple[str, ...], here: set[str]
) -> Beat:
    sentence = told.sentence
    doc = sentence.doc
    start = sentence.origins[doc[first].idx]
    final = doc[last - 1]
    while final.is_space and final.i > first:
        final = doc[final.i - 1]
    end = sentence.origins[final.idx + len(final.text) - 1] + 1
    inside = [m for m in told.mentions if first <= m.token < last]
    people = [m.person for m in inside if m.role in SEEN or _was_there(m, doc, here)]
    around = [m.person for m in inside if m.role in (Role.OWNER, Role.BEFORE)]
    if not people and not _strange(doc[first:last], told):
        people = [name for name in around if name in here]
    verb = _main_verb(doc[first:last])
    subject = verb is not None and any(
        t.dep_ in ("nsubj", "nsubjpass") and first <= t.i < last for t in verb.children
    )
    if not subject and first > 0:
        people = [*actors, *people]
    people = sorted(dict.fromkeys(people), key=lambda name: not _acts(told, name, first, last))
    return Beat(
        start=start,
        end=end,
        text=_told_text(story[start:end]),
        people=tuple(people),
        paragraph=sentence.paragraph,
        kind=kind_of_verb(verb.lemma_.lower()) if verb is not None else "stative",
        verb=verb.lemma_.lower() if verb is not None else "",
        actions=tuple((name, _predicate(told, name, first, last)) for name in people),
    )


def _was_there(mention: Mention, doc: Doc, here: set[str]) -> bool:
    """'Jack had tied the rope': where Jack is in the scene, a film shows him with it."""
    verb = doc[mention.token].head
    main = verb.dep_ == "ROOT" or (verb.dep_ == "conj" and verb.head.dep_ == "ROOT")
    return mention.role is Role.BEFORE and main and mention.person in here


def _strange(span: Iterable[Token], told: Told) -> bool:
    """Whether someone acts in it who is not of the cast."""
    cast = {mention.token for mention in told.mentions}
    return any(
        t.dep_ == "nsubj" and t.lemma_.lower() in vocabulary("person") and t.i not in cast
        for t in span
    )


def _main_verb(span: Iterable[Token]) -> Token | None:
    verbs = [t for t in span if t.pos_ in ("VERB", "AUX") and t.dep_ not in ("aux", "auxpass")]
    top = next((t for t in verbs if t.dep_ in ("ROOT", "conj")), verbs[0] if verbs else None)
    if top is not None and top.lemma_ in ("be", "begin", "start", "try", "seem", "want", "have"):
        top = next((c for c in top.children if c.dep_ == "xcomp" and c.pos_ == "VERB"), top)
    return top


def _acts(told: Told, name: str, first: int, last: int) -> bool:
    return any(
        m.person == name
        and first <= m.token < last
        and told.sentence.doc[m.token].dep_ in ("nsubj", "nsubjpass")
        for m in told.mentions
    )


def _predicate(told: Told, name: str, first: int, last: int) -> str:
    """What a person does, in the words of the clause; the whole clause for who is acted on."""
    doc = told.sentence.doc
    for mention in told.mentions:
        token = doc[mention.token]
        if mention.person == name and first <= token.i < last and token.dep_ == "nsubj":
            begin = token.right_edge.i + 1
            if begin < last:
                return _plain(told.sentence, doc[begin:last])
    return _plain(told.sentence, doc[first:last])


def _told_text(text: str) -> str:
    """The story's words on one line, without Markdown's stars."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\*+|(?<!\w)_+|_+(?!\w)", "", text)


def _plain(sentence: Sentence, span: Iterable[Token]) -> str:
    """The told words of a stretch, without what is spoken."""
    text = "".join(" " if sentence.masked(token) else token.text_with_ws for token in span)
    return re.sub(r"\s+([,.!?;])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;:.-")


# --- beside a quote -------------------------------------------------------------------------------


def _own_clauses(told: Told, story: str, here: set[str]) -> tuple[list[Beat], list[Beat]]:
    """What else the sentence tells: '..., says Anna, and Tom leaves the room'."""
    sentence = told.sentence
    before: list[Beat] = []
    after: list[Beat] = []
    for stretch in _stretches(sentence):
        words = [t for t in stretch if not t.is_punct and not t.is_space]
        joint = next((n for n, t in enumerate(words) if n and t.pos_ in ("CCONJ", "SCONJ")), None)
        rest = words[joint + 1 :] if joint is not None else []
        verbs = [t for t in rest if t.pos_ in ("VERB", "AUX") and _has_subject(t, rest)]
        said = any(t.lemma_.lower() in vocabulary("said") for t in verbs[:1])
        if not verbs or said or len(rest) < LEAST_CLAUSE:
            continue
        last = rest[-1].i + 1
        leads = rest[0].idx < sentence.masks[0]
        beat = _event(told, story, words[0].i if leads else rest[0].i, last, (), here)
        beat = replace(beat, text=beat.text[:1].upper() + beat.text[1:] + ".")
        (before if leads else after).append(beat)
    return before, after


def _stretches(sentence: Sentence) -> Iterator[list[Token]]:
    """The told words between quotes."""
    held: list[Token] = []
    for token in sentence.doc:
        if sentence.masked(token):
            if held:
                yield held
            held = []
        else:
            held.append(token)
    if held:
        yield held


def _has_subject(verb: Token, rest: Sequence[Token]) -> bool:
    first = rest[0].i
    return any(c.dep_ in ("nsubj", "nsubjpass") and c.i >= first for c in verb.children)
