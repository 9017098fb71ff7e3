"""Who speaks each quote, to whom and how.

Knows tags ("says Anna", "she whispers"), the paragraph's custom and turns taken; knows not who a
pronoun means (`reference`). A quote that no person says, such as a sign's, is left to the telling.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from script2movie.planner.kinship import KIN
from script2movie.planner.language import Quote, Sentence, clean
from script2movie.planner.naming import Person
from script2movie.planner.reference import FIRST_PERSON, PRONOUNS, Resolver
from script2movie.planner.roles import Mention, Role
from script2movie.planner.tags import manner_of, said_verb, subject_of, voice_of

__all__ = ["Conversation", "Speech"]

WRITES = ("write", "print", "scrawl", "scribble", "type")  # what is read, not heard
LINE = "Voice"  # at the other end of the line
DIALS = ("dial", "telephone", "phone")
ANSWERS = re.compile(rf"(?:hello|yes|{'|'.join(KIN)})\b", re.IGNORECASE)  # "Mum?"
ASKS_NAME = re.compile(r"\byour name\b|\b[Ww]ho are you\b")
ASKS = ("ask", "tell", "explain", "say")
READ = ("note", "letter", "card", "postcard", "sign", "message", "telegram", "headline", "email")
SHORT_TAG = 4  # words: a tag whose only person speaks, however it parses
NEAR = 3  # sentences or paragraphs within which turns are taken


@dataclass(frozen=True)
class Speech:
    """One quote and who says it; `speaker` is '' where no person does."""

    quote: Quote
    speaker: str
    addressee: str = ""
    manner: str = ""
    addressed: bool = False  # whether the text says to whom


@dataclass(frozen=True)
class _Turn:
    speaker: str
    addressee: str
    paragraph: int
    sentence: int
    tagged: bool
    quoted: bool = True
    telling: bool = False  # "..., said Vera", without a quote


class Conversation:
    """Reads along with the resolver and remembers whose turn it was."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.turns: list[_Turn] = []
        self.asks_name = False  # whether the last quote asks for one
        self.acting = ("", -1)  # who did something last, and in which paragraph
        self.caller = ""  # who has dialled a number and is not answered yet by a name
        self.unknown = -1  # the last sentence whose quote is said by "he", whoever that is

    def speeches(
        self,
        sentence: Sentence,
        mentions: tuple[Mention, ...],
        before: tuple[Sentence, tuple[Mention, ...]] | None,
        after: Sentence | None,
    ) -> tuple[tuple[Speech, ...], tuple[Mention, ...]]:
        """The quotes of a sentence with their speakers, and its mentions put right by them."""
        if not sentence.quotes:
            self._asked(sentence, mentions)
            if (actor := _actor(sentence, mentions, ())) and not _is_state(sentence):
                self.acting = (actor, sentence.paragraph)
            self.caller = _caller(sentence, mentions) or self.caller
            return (), mentions
        verb = said_verb(sentence)
        called = self._called(sentence)
        speaker, addressee = "", ""
        tagged = bool(sentence.told)
        writes = any(
            t.lemma_ in WRITES and t.pos_ == "VERB" and t.head.i == t.i for t in sentence.told
        )
        if writes or (verb is None and _is_read(sentence)):
            return tuple(Speech(quote, "") for quote in sentence.quotes), mentions
        if tagged:
            subject = subject_of(sentence, verb)
            mention = next((m for m in mentions if subject and m.token == subject.i), None)
            if subject is not None and mention is None and verb is not None:
                mention = voice_of(subject, mentions)
            if mention is None and (verb is None or subject is None):
                mention = next((m for m in mentions if m.role is Role.AGENT), None)
            if mention is None and len(sentence.told) <= SHORT_TAG:
                mention = next((m for m in mentions if m.role is not Role.OWNER), None)
            if mention is not None:
                speaker = mention.person
                mine = mention.person == FIRST_PERSON
                if mention.pronoun and (teller := self._tells_on(speaker, sentence)):
                    mentions = tuple(_instead(m, speaker, teller) for m in mentions)
                    speaker = teller
                if (
                    mention.pronoun
                    and not mine
                    and (other := self._rather(speaker, sentence, called))
                ):
                    mentions = tuple(_instead(m, speaker, other) for m in mentions)
                    speaker = other
            addressee = next(
                (m.person for m in mentions if m.person != speaker and m.role is Role.PATIENT), ""
            )
            speaker = speaker or self._introduced(sentence)
            if not speaker and subject is not None and subject.lemma_ == "voice":
                speaker = self._voice(after)
            if not speaker and subject is not None and subject.lower_ in PRONOUNS:
                self.unknown = sentence.number
        else:
            speaker = self._introduced(sentence)
            if before and before[0].number == self.unknown and not sentence.opens_paragraph:
                self.unknown = sentence.number  # '"Yes," he says. "I know."': no one else's words
            else:
                speaker = speaker or self._on_the_line(sentence, after, called)
                speaker = speaker or self._untagged(sentence, before, after, called)
        last = self.turns[-1] if self.turns else None
        extras = self.resolver.known.extras
        if last and self.asks_name and last.addressee in extras and self._introduced(sentence):
            self.resolver.known.name(last.addressee, speaker)  # "What's your name?" "Tamsin."
        goes_on = last and not tagged and last.paragraph == sentence.paragraph
        if last and goes_on and last.speaker in extras and self._introduced(sentence):
            self.resolver.known.name(last.speaker, speaker)  # 'she said. "I'm Vera."'
            self.turns[-1] = replace(last, speaker=speaker)
        if tagged and last and self._first_heard(speaker, last, sentence):
            self.resolver.known.name(last.addressee, speaker)
        if tagged and self.caller and speaker:
            self._answered(speaker, sentence)
        if speaker in self.resolver.known.extras and (own := self._introduced(sentence)):
            self.resolver.known.name(speaker, own)  # "I'm Paul," says the man at the door
            speaker = own
        if speaker == addressee:
            addressee = ""
        addressee = addressee or next((name for name in called if name != speaker), "")
        addressed = bool(addressee)
        addressee = addressee or self._partner(speaker, sentence)
        if speaker:
            self.resolver.spoke(speaker, sentence, addressee if addressed else "")
            self.turns.append(
                _Turn(speaker, addressee, sentence.paragraph, sentence.number, tagged)
            )
        self.asks_name = any(ASKS_NAME.search(clean(q.text)) for q in sentence.quotes)
        manner = manner_of(verb) if verb is not None else ""
        found = tuple(
            Speech(quote, speaker, addressee, manner, addressed) for quote in sentence.quotes
        )
        return found, mentions

    def _asked(self, sentence: Sentence, mentions: Sequence[Mention]) -> None:
        """'She asks who has been here', 'he tells them': a turn, whose answer may be spoken."""
        for mention in mentions:
            verb = sentence.doc[mention.token].head
            if mention.role is Role.AGENT and verb.lemma_ in ASKS and verb.dep_ != "advcl":
                quoted = verb.lemma_ == "ask"
                here = (sentence.paragraph, sentence.number)
                telling = verb.i < mention.token and not mention.pronoun
                turn = _Turn(mention.person, "", *here, True, quoted, telling)
                self.turns.append(turn)
                return

    def _on_the_line(
        self, sentence: Sentence, after: Sentence | None, called: Sequence[str]
    ) -> str:
        """The voice that answers a dialled number, under the name that it may get later."""
        if not self.caller or LINE in self.resolver.known.extras:
            return ""
        beside = [after] if after and after.paragraph == sentence.paragraph else []
        heard = any(token.lemma_ == "voice" for one in beside for token in one.told)
        if not heard and not ANSWERS.match(sentence.quotes[0].text):
            return ""
        self.resolver.known.extras[LINE] = Person(
            LINE, frozenset({LINE}), roles=frozenset({"voice"}), named=False
        )
        self.turns.append(_Turn(self.caller, LINE, sentence.paragraph, sentence.number, True))
        if (kin := ANSWERS.match(sentence.quotes[0].text)) and kin[0].lower() in KIN:
            self.resolver.known.related(LINE, kin[0].lower(), self.caller)
        return LINE

    def _tells_on(self, speaker: str, sentence: Sentence) -> str:
        """'..., said Vera. Her aunt waited. "Sometimes," she said': Vera goes on telling."""
        last = self.turns[-1] if self.turns else None
        if last is None or not last.telling or last.speaker == speaker:
            return ""
        gender = self.resolver.person(speaker).gender
        same = gender is self.resolver.person(last.speaker).gender
        return last.speaker if same and sentence.number - last.sentence <= NEAR else ""

    def _first_heard(self, speaker: str, last: _Turn, sentence: Sentence) -> bool:
        """Whether who is named first as the one who answers is who was spoken to just before."""
        known = self.resolver.known
        if last.addressee not in known.extras or speaker not in known.people:
            return False
        new = known.memory.first.get(speaker) == sentence.number
        gender = known.person(speaker).gender
        same = gender is not None and gender is known.person(last.addressee).gender
        return new and same and sentence.paragraph == last.paragraph + 1

    def _answered(self, speaker: str, sentence: Sentence) -> None:
        """Who is named in a tag and was not there is whose voice it has been."""
        known = self.resolver.known
        before = known.memory.since(sentence.number - 2 * NEAR)
        there = any(t.person == speaker and t.sentence < sentence.number for t in before)
        if speaker == self.caller or speaker in known.extras or there:
            return
        if LINE in known.extras:
            known.name(LINE, speaker)
            renamed = {LINE: speaker}
            self.turns = [
                replace(
                    turn,
                    speaker=renamed.get(turn.speaker, turn.speaker),
                    addressee=renamed.get(turn.addressee, turn.addressee),
                )
                for turn in self.turns
            ]
        self.caller = ""

    def _voice(self, after: Sentence | None) -> str:
        """'said a voice': whose it is the next sentence shows."""
        if after is None or after.quotes:
            return ""
        shown = (m for m in self.resolver.ahead(after) if m.role is not Role.OWNER)
        return next((m.person for m in shown if not m.pronoun), "")

    # --- turns -----------------------------------------------------------------------------------

    def _called(self, sentence: Sentence) -> tuple[str, ...]:
        """People whom the quotes of a sentence call by name: 'Tom, come here!'"""
        text = " ".join(quote.text for quote in sentence.quotes)
        forms = [(form, p.name) for p in self.resolver.known.people.values() for form in p.forms]
        found = []
        for form, name in sorted(forms, key=lambda pair: -len(pair[0])):
            called = rf"(?:^|[,.!?…-]\s*){re.escape(form)}([,.!?…]|$)"
            if match := re.search(called, text):
                here = match[1] in (",", "!") or name in self._company(sentence)
                found += [name] if here else []
                text = text.replace(form, "")
        return tuple(dict.fromkeys(found))

    def _introduced(self, sentence: Sentence) -> str:
        """Who says who they are: 'It's Frank,' says a voice."""
        text = clean(" ".join(quote.text for quote in sentence.quotes))
        for person in self.resolver.known.people.values():
            forms = "|".join(re.escape(form) for form in person.forms)
            says = rf"\b(?:it's|it is|this is|my name is|i'm|i am) (?:{forms})\b"
            if forms and re.search(says, text, re.IGNORECASE):
                return person.name
            alone = [form for form in person.forms if " " in form or self.asks_name]
            if any(text.startswith(f"{form}.") for form in alone):
                return person.name
        return ""

    def narrated(self, sentence: Sentence, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """In talk each paragraph has its own person: 'He', after his words, is the other one."""
        last = self.turns[-1] if self.turns else None
        if last is None or sentence.quotes or not sentence.opens_paragraph or not mentions:
            return mentions
        first = mentions[0]
        if sum(m.token == first.token for m in mentions) > 1:  # "They" are not the other one
            return mentions
        subject = sentence.doc[first.token].dep_ == "nsubj"
        turn = sentence.paragraph == last.paragraph + 1 and not last.tagged
        if not (first.pronoun and subject and turn and first.person == last.speaker):
            return mentions
        gender = self.resolver.person(first.person).gender
        other = last.addressee
        if not other or self.resolver.person(other).gender is not gender:
            return mentions
        self.resolver.spoke(other, sentence)
        return tuple(_instead(m, first.person, other) for m in mentions)

    def _rather(self, speaker: str, sentence: Sentence, called: Sequence[str]) -> str:
        """The other person of the talk, where a pronoun cannot well mean `speaker` again."""
        last = self.turns[-1] if self.turns else None
        answers = (
            last is not None
            and last.speaker == speaker
            and last.quoted
            and sentence.paragraph == last.paragraph + 1
            and sentence.opens_paragraph
            and sentence.masks[:1] == (0,)
        )
        if not answers and speaker not in called:
            return ""
        gender = self.resolver.person(speaker).gender
        others = [
            name
            for name in self._company(sentence)
            if name != speaker
            and name not in called
            and name != FIRST_PERSON
            and self.resolver.person(name).gender in (gender, None)
        ]
        return others[0] if others else ""

    def _company(self, sentence: Sentence) -> list[str]:
        """Who took or was given a turn of late, or was told of, the latest first."""
        recent: list[tuple[int, list[str]]] = [
            (turn.sentence, [turn.addressee, turn.speaker]) for turn in self.turns
        ]
        been: set[str] = set()
        for trace in self.resolver.known.memory.since(sentence.number - 2 * NEAR):
            been |= {trace.person} if trace.present else set()
            if trace.person in been:
                recent.append((trace.sentence, [trace.person]))
        recent = [one for one in recent if sentence.number - one[0] <= 2 * NEAR]
        recent.sort(key=lambda one: one[0])
        gone = self.resolver.known.memory.gone
        names = [name for _, names in recent for name in names if name and name not in gone]
        return list(dict.fromkeys(reversed(names)))

    def _partner(self, speaker: str, sentence: Sentence) -> str:
        last = self.turns[-1] if self.turns else None
        if last and last.speaker != speaker and sentence.number - last.sentence < NEAR:
            return last.speaker
        others = [name for name in self._company(sentence) if name != speaker]
        there = set(self.resolver.known.memory.present(sentence.number))
        return next((name for name in others if name in there), next(iter(others), ""))

    def _untagged(
        self,
        sentence: Sentence,
        before: tuple[Sentence, tuple[Mention, ...]] | None,
        after: Sentence | None,
        called: Sequence[str],
    ) -> str:
        """A quote without a tag: its paragraph tells, or else whose turn it is."""
        last = self.turns[-1] if self.turns else None
        if before is not None and before[0].paragraph == sentence.paragraph:
            if before[0].quotes and last is not None and last.sentence == before[0].number:
                return last.speaker
            actor = _actor(before[0], before[1], called)
            did, paragraph = self.acting  # "She opened. The girl was small. "What is your name?""
            if _is_state(before[0]) and paragraph == sentence.paragraph and did not in called:
                actor = did
            if actor:
                return actor
        if after is not None and after.paragraph == sentence.paragraph and not after.quotes:
            actor = _actor(after, self.resolver.ahead(after), called)
            if actor and (last is None or actor != last.speaker or not sentence.opens_paragraph):
                return actor
        company = [name for name in self._company(sentence) if name not in called]
        if last is None or sentence.paragraph - last.paragraph > NEAR:
            return company[0] if company else ""
        if sentence.paragraph == last.paragraph:
            return last.speaker
        if last.addressee:  # who is called again has not answered
            return last.speaker if last.addressee in called else last.addressee
        return next((name for name in company if name != last.speaker), last.speaker)


def _is_read(sentence: Sentence) -> bool:
    """'She finds a note: "Ask your brother."': read, and said by nobody."""
    before = [t for t in sentence.doc if t.idx < sentence.masks[0] and t.text not in "\"'"]
    colon = bool(before) and before[-1].text == ":"
    return colon and any(t.pos_ == "NOUN" and t.lemma_ in READ for t in before)


def _is_state(sentence: Sentence) -> bool:
    """'The girl was small': told of someone, and nothing that they do."""
    root = sentence.doc[:].root
    return root.lemma_ == "be" and not any(c.dep_ in ("prep", "advmod") for c in root.children)


def _caller(sentence: Sentence, mentions: Sequence[Mention]) -> str:
    """Who dials a number that is nobody's by name."""
    dials = any(t.lemma_ in DIALS and t.pos_ == "VERB" for t in sentence.told)
    people = dict.fromkeys(m.person for m in mentions)
    return next(iter(people)) if dials and len(people) == 1 else ""


def _actor(sentence: Sentence, mentions: Sequence[Mention], called: Sequence[str]) -> str:
    """The subject of a sentence of action beside a quote."""
    for mention in mentions:
        if mention.role is Role.AGENT and mention.person not in called:
            return mention.person
    return ""


def _instead(mention: Mention, old: str, new: str) -> Mention:
    return replace(mention, person=new) if mention.pronoun and mention.person == old else mention
