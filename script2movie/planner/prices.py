"""What a model's tokens cost, from a table that a person can edit. Knows no endpoint."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from script2movie.errors import SettingsError

__all__ = ["Price", "price_of"]

OURS = Path(__file__).with_name("prices.toml")
DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")  # a model's snapshot costs what the model costs


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens; `date` and `source` say whose word that is."""

    input: float
    output: float
    date: str
    source: str

    def dollars(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.input + tokens_out * self.output) / 1e6


def price_of(model: str, table: str = "") -> Price | None:
    """The model's price: from `table`, else from the user's own, else from ours; None unknown.

    Raises:
        SettingsError: a table that is not there or is not of the form of `prices.toml`.
    """
    own = user_config_path("script2movie") / OURS.name
    if table and not Path(table).is_file():
        raise SettingsError(f"planner.prices names {table}, where there is no file")
    given = Path(table) if table else own
    for path in (given, OURS):
        if path.is_file():
            prices = _read(path)
            for name in (model, DATED.sub("", model)):
                if name in prices:
                    return prices[name]
    return None


def _read(path: Path) -> dict[str, Price]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        date, source = str(table.get("date", "")), str(table.get("source", path))
        prices = {
            str(name): Price(float(price["input"]), float(price["output"]), date, source)
            for name, price in table["models"].items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path} is no table of prices ({error}): it holds lines such as "
            '"gpt-5" = { input = 1.25, output = 10.00 } under [models]'
        ) from None
    return prices
