"""A name becomes a backend, what is typed becomes its options; neither is ever guessed."""

import sys
from dataclasses import dataclass, field
from types import ModuleType

import pytest

from script2movie import backends
from script2movie.backends import Backend, open_backend, options_of, read_options
from script2movie.errors import SettingsError
from script2movie.settings import settings_for


@dataclass(frozen=True)
class Choices:
    model: str = field(default="small", metadata={"help": "the model's name"})
    steps: int = 30
    scale: float = 0.7
    preview: bool = False


class Painter:
    """A planner's place is taken by a class with choices: opening looks at no protocol."""

    Options = Choices

    def __init__(self, options: Choices) -> None:
        self.options = options


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> str:
    module = ModuleType("painter_of_this_test")
    module.Painter = Painter  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    entry = Backend(f"{module.__name__}:Painter", "a class with choices")
    monkeypatch.setitem(backends.BACKENDS["storyboard"], "painter", entry)
    return "painter"


def test_options_are_read_by_their_types(painter: str) -> None:
    typed = {"model": "7", "steps": "12", "scale": "1", "preview": "true"}
    opened = open_backend("storyboard", painter, typed)
    assert isinstance(opened, Painter)
    assert opened.options == Choices("7", 12, 1.0, True)
    assert read_options("storyboard", painter, {}) == Choices()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("step", "3", "did you mean 'steps'?"),
        ("steps", "many", "--option storyboard.steps is 'many'"),
        ("preview", "perhaps", "--option storyboard.preview is 'perhaps'"),
    ],
)
def test_an_option_that_cannot_be_is_refused(
    painter: str, option: str, value: str, said: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        open_backend("storyboard", painter, {option: value})
    assert said in str(refusal.value)


def test_a_backend_without_options_takes_none() -> None:
    assert options_of("mixer", "embedded") is None
    with pytest.raises(SettingsError, match="mixer 'embedded' has no option 'loud'"):
        open_backend("mixer", "embedded", {"loud": "1"})


def test_settings_keep_options_by_stage_and_the_last_one_typed() -> None:
    typed = [("animator.steps", "4"), ("storyboard.steps", "2"), ("storyboard.steps", "3")]
    settings = settings_for(options=typed)
    assert settings.options_of("storyboard") == {"steps": "3"}
    assert settings.options_of("animator") == {"steps": "4"}
    assert settings.options_of("speaker") == {}
    assert settings == settings_for(options=list(reversed(typed[:1])) + typed[2:])
