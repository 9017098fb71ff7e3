"""Lips never make a generative animator's frames again."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from generative.motion_films import animator, one_shot, said, shoot
from generative.tiny_video import svd

from script2movie.audio.lipsync import EmbeddedLipSyncer
from script2movie.cache import Cache
from script2movie.movie import Movie

Kinds = Callable[[Movie], Sequence[str]]


@pytest.fixture
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kinds:
    """Shoots with a tiny SVD and says what was made."""
    words = animator("svd", svd(tmp_path / "model"), "pixels=8192")
    caches: list[Cache] = []
    begin = Cache.__init__

    def watched(self: Cache, folder: Path) -> None:
        begin(self, folder)
        caches.append(self)

    monkeypatch.setattr(Cache, "__init__", watched)

    def run(movie: Movie) -> Sequence[str]:
        assert shoot(movie, tmp_path / "out" / "film.mp4", *words) == 0
        return [kind for kind, _ in caches[-1].made]

    return run


def test_what_an_edit_remakes(kinds: Kinds, monkeypatch: pytest.MonkeyPatch) -> None:
    movie = one_shot(duration=2.5, dialogue=said("Come in."))
    first = kinds(movie)
    assert first.count("animate") == 1 and first.count("film") == 1
    assert kinds(movie) == []
    # Other words in a shot that stays as long: speech, lips, sound and cut
    other = one_shot(duration=2.5, dialogue=said("Go away."))
    assert sorted(kinds(other)) == ["clip", "film", "mix", "speak", "stitch"]
    # Another lip-syncer: lips and cut
    monkeypatch.setattr(EmbeddedLipSyncer, "fingerprint", "another")
    assert sorted(kinds(other)) == ["clip", "film", "stitch"]
    # A word more, within the frames that the clips give anyway: no new clip
    longer = one_shot(duration=2.6, dialogue=said("Go away."))
    assert "animate" not in kinds(longer)
    # Another action: the shot moves otherwise
    acted = one_shot(duration=2.6, dialogue=said("Go away."), plot="Anna turns away.")
    assert "animate" in kinds(acted)
