"""Who was taken for whom over shots, from sets of characters."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

__all__ = ["NOBODY", "confusion"]

NOBODY = ""


def confusion(
    shots: Iterable[tuple[AbstractSet[str], AbstractSet[str]]],
) -> Counter[tuple[str, str]]:
    """Pairs of (who is there, who was seen) over shots of (ground truth, prediction).

    Somebody seen rightly is a pair with themselves. In each shot those who were missed and those
    who were seen unplanned are paired with one another, each with every one; without a partner
    they are paired with NOBODY. The diagonal therefore counts true positives exactly; the rest
    shows who may have been taken for whom.
    """
    pairs = Counter[tuple[str, str]]()
    for truth, seen in shots:
        missed, extra = sorted(truth - seen), sorted(seen - truth)
        pairs.update((name, name) for name in truth & seen)
        pairs.update((name, other) for name in missed for other in extra or [NOBODY])
        pairs.update((NOBODY, other) for other in extra if not missed)
    return pairs
