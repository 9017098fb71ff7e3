"""What a plan would cost and what it did: by a table that a person can edit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import Server, serving

from script2movie.errors import SettingsError
from script2movie.planner import prices
from script2movie.planner.llm import LLMPlanner
from script2movie.planner.prices import price_of
from script2movie.stages import Brief

STORY = " ".join(
    f"In the room{n}, Anna finds letter {n} and reads it aloud. Ben waits outside in the rain. "
    "He counts the minutes on his father's watch. Anna hides the letter under a loose board. "
    '"Are you there?" asks Ben.'
    for n in range(12)
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(prices, "user_config_path", lambda name: tmp_path / name)
    return tmp_path / "script2movie"


def table(path: Path, rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'date = "2030-01-01"\nsource = "me"\n[models]\n{rows}\n', "utf-8")
    return path


def test_a_snapshot_costs_what_its_model_costs() -> None:
    known = price_of("gpt-4o-mini")
    assert known is not None and known.input < known.output and known.date
    assert price_of("gpt-4o-mini-2024-07-18") == known
    expected = known.input + 2 * known.output
    assert known.dollars(1_000_000, 2_000_000) == pytest.approx(expected)
    assert price_of("qwen3:8b") is None


def test_a_persons_own_table_goes_before_ours(own_folder: Path, tmp_path: Path) -> None:
    table(own_folder / "prices.toml", '"gpt-5" = { input = 1, output = 2 }')
    assert (found := price_of("gpt-5")) is not None and found.date == "2030-01-01"
    assert (other := price_of("gpt-4o")) is not None and other.date != "2030-01-01"
    given = table(tmp_path / "given.toml", '"qwen3" = { input = 0, output = 0.5 }')
    assert (asked := price_of("qwen3", str(given))) is not None and asked.output == 0.5


@pytest.mark.parametrize("rows", ['"gpt-5" = 3', '"gpt-5" = { input = 1 }', "]"])
def test_a_table_of_another_form_is_refused(tmp_path: Path, rows: str) -> None:
    given = table(tmp_path / "given.toml", rows)
    with pytest.raises(SettingsError, match=r"given\.toml is no table of prices"):
        price_of("gpt-5", str(given))


def spent(server: Server, **options: str) -> tuple[str, str]:
    """What was foreseen and what came of it."""
    planner = LLMPlanner(LLMPlanner.Options(model="gpt-5", base_url=server.url, **options))  # type: ignore[arg-type]
    foreseen = planner.account(planner.foresee(STORY, (), Brief()))
    outline = planner.outline(STORY, (), Brief(), seed=0)
    for number in range(len(outline.scenes)):
        planner.scene(outline, number, (), seed=0)
    told = planner.account()
    planner.close()
    return foreseen, told


def numbers(account: str) -> list[float]:
    words = account.replace("$", "").replace(",", "").split()
    return [float(word) for word in words if word.replace(".", "").isdigit()]


def test_what_is_foreseen_is_of_the_size_of_what_it_takes(server: Server) -> None:
    foreseen, told = spent(server)
    assert foreseen.startswith("gpt-5: about") and "about" not in told
    (_, read, written, dollars), (calls, was_read, was_written, cost) = (
        numbers(foreseen),
        numbers(told),
    )
    assert calls == len(server.requests)
    assert 0.3 < read / was_read < 3 and 0.3 < written / was_written < 3
    assert 0.3 < dollars / cost < 3
    assert cost == pytest.approx((was_read * 1.25 + was_written * 10) / 1e6, abs=1e-4)


def test_an_unknown_price_is_said_and_the_tokens_too(server: Server, tmp_path: Path) -> None:
    planner = LLMPlanner(LLMPlanner.Options(model="mine", base_url=server.url))
    told = planner.account(planner.foresee(STORY, (), Brief()))
    planner.close()
    assert "price unknown" in told and "tokens read" in told and "$" not in told
