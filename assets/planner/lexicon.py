"""Makes script2movie/planner/lexicon.json from WordNet 3.0 (Debian: apt-get install wordnet-base).

    python assets/planner/lexicon.py > script2movie/planner/lexicon.json

A word is taken by its most frequent sense only: nouns that are people, animals, indoor and
outdoor places, feelings; verbs by their kind (motion, perception, ...). Run at development time.
"""

import json
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

WORDNET = Path("/usr/share/wordnet")
VERB_KINDS = {
    29: "body",
    30: "change",
    31: "cognition",
    32: "communication",
    33: "competition",
    34: "consumption",
    35: "contact",
    36: "creation",
    37: "emotion",
    38: "motion",
    39: "perception",
    40: "possession",
    41: "social",
    42: "stative",
    43: "weather",
}
PERSON, ANIMAL, FEELING = 18, 5, 12
PLACE_KINDS = (6, 15, 17)  # artifacts, locations, natural objects
INDOORS = ("room", "building", "place_of_business", "housing", "passageway", "building_complex")
OUTDOORS = (
    "geological_formation",
    "body_of_water",
    "tract",
    "thoroughfare",
    "road",
    "geographical_area",
    "municipality",
    "vegetation",
)
NOT_PLACES = (
    "lid top side level stage bed plant corner ball bowl dish vase bottle glass pot pan tube can "
    "urn jar cup sink basin bath drum tank bucket flask barrel pitcher mug pocket wheel bicycle "
    "bike scooter skateboard cart stroller wheelbarrow trolley mold hold corn wheat growth brush "
    "john outlet anus esophagus gullet gearbox horsecloth quarters madhouse lager parts approach "
    "draw bank narrow rough short strait surround leveling headway headroom porta inn "
    "spring drop point spot lens target seat rest end limit mouth mark line landmark"
)
NO_PLACES = frozenset(NOT_PLACES.split())
LICENCE = (
    "Words and senses from WordNet 3.0, Copyright 2006 by Princeton University. All rights "
    'reserved. THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO '
    "REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED. BY WAY OF EXAMPLE, BUT NOT LIMITATION, "
    "PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANTABILITY OR FITNESS FOR "
    "ANY PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION "
    "WILL NOT INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS. Permission "
    "to use, copy, modify and distribute this software and database and its documentation for any "
    "purpose and without fee or royalty is hereby granted, provided that you agree to comply with "
    "the foregoing copyright notice and statements, including the disclaimer, and that the same "
    "appear on ALL copies. The name of Princeton University may not be used in advertising or "
    "publicity pertaining to distribution of the software and/or database."
)


@cache
def synsets(part: str) -> dict[str, tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """Offset to (kind, words, what it is a kind of)."""
    found = {}
    for row in (WORDNET / f"data.{part}").read_text("latin-1").splitlines():
        if row.startswith("  "):
            continue
        item = row.split("|")[0].split()
        count = int(item[3], 16)
        words = tuple(item[4 + 2 * n] for n in range(count))
        tail = item[4 + 2 * count :]
        above = tuple(
            tail[2 + 4 * n] for n in range(int(tail[0])) if tail[1 + 4 * n] in ("@", "@i")
        )
        found[item[0]] = (int(item[1]), words, above)
    return found


@cache
def first_sense(part: str) -> dict[str, str]:
    """Word to the offset of its most frequent sense; single lower-case words only."""
    found = {}
    for row in (WORDNET / f"index.{part}").read_text("latin-1").splitlines():
        item = row.split()
        if row.startswith("  ") or not item[0].isalpha() or len(item[0]) < 3:
            continue
        found[item[0]] = item[-int(item[2])]
    return found


@cache
def counted() -> frozenset[str]:
    """Nouns that WordNet's own corpus holds, by the lexical part of their key."""
    rows = (WORDNET / "cntlist.rev").read_text("latin-1").splitlines()
    return frozenset(row.split("%")[0] for row in rows if "%1:" in row)


def seen(offset: str) -> bool:
    return any(word.lower() in counted() for word in synsets("noun")[offset][1])


@cache
def kinds_of(offset: str) -> frozenset[str]:
    """Every word for what a noun is a kind of."""
    _, words, above = synsets("noun")[offset]
    return frozenset(words).union(*(kinds_of(parent) for parent in above))


def main() -> None:
    words: dict[str, list[str]] = defaultdict(list)
    for word, offset in first_sense("noun").items():
        kind, names, _ = synsets("noun")[offset]
        if not any(name == word for name in names):
            continue  # a proper name
        above = kinds_of(offset)
        if kind == PERSON:
            words["person"].append(word)
            if "woman" in above or "female" in above:
                words["female"].append(word)
            elif "man" in above or "male" in above:
                words["male"].append(word)
        elif kind == ANIMAL:
            words["animal"].append(word)
        elif kind == FEELING:
            words["feeling"].append(word)
        elif kind not in PLACE_KINDS or word in NO_PLACES or not seen(offset):
            continue
        elif above.intersection(INDOORS):
            words["indoors"].append(word)
        elif above.intersection(OUTDOORS):
            words["outdoors"].append(word)
    for word, offset in first_sense("verb").items():
        words[VERB_KINDS[synsets("verb")[offset][0]]].append(word)
    packed = {"licence": LICENCE} | {
        kind: " ".join(sorted(found)) for kind, found in sorted(words.items())
    }
    json.dump(packed, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
