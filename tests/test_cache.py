"""What is made again and what is not, and that nothing is ever half there."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from script2movie.cache import Cache, digest
from script2movie.errors import OutputError
from script2movie.movie import Line


def test_equal_values_have_equal_digests_and_others_do_not(tmp_path: Path) -> None:
    line = Line("Anna", "Come in.")
    assert digest(line) == digest(Line("Anna", "Come in."))
    distinct = [
        *(line, replace(line, text="Come in!"), ("ab", "c"), ("a", "bc"), ["a", ["bc"]]),
        *(1, 1.0, True, "1", None, b"1", {"a": 1}, {"a": 2}),
        *(np.zeros(4, np.uint8), np.zeros((2, 2), np.uint8), np.zeros(1, np.float32)),
    ]
    assert len({digest(value) for value in distinct}) == len(distinct)


def test_a_file_counts_by_its_contents_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("same")
    (tmp_path / "b").write_text("same")
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    (tmp_path / "b").write_text("other")
    assert digest(tmp_path / "a") != digest(tmp_path / "b")


def test_an_artefact_is_made_once(tmp_path: Path) -> None:
    calls = []

    def write(path: Path) -> None:
        calls.append(path)
        path.write_text("x")

    first = Cache(tmp_path).make("speak", ".wav", ("line", 1), write)
    again = Cache(tmp_path)
    assert again.make("speak", ".wav", ("line", 1), write) == first
    assert len(calls) == 1 and again.made == []
    again.make("speak", ".wav", ("line", 2), write)
    assert [kind for kind, _ in again.made] == ["speak"]
    assert set(Cache(tmp_path).costs()) == {
        f"speak/{path.stem}" for path in (tmp_path / "speak").glob("*.wav")
    }


def test_a_failed_make_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Cache(tmp_path).make("draw", ".png", (), fail)
    assert not any((tmp_path / "draw").iterdir())


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="is full: free some space and run again"):
        Cache(tmp_path).make("draw", ".png", (), full)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="choose another folder with --out"):
        Cache(tmp_path / "file" / "cache")


def test_drafts_of_the_dead_are_swept_and_those_of_the_living_kept(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from script2movie.cache import Cache
        def write(path):
            path.write_text("half")
            print("writing", flush=True)
            time.sleep(60)
        Cache(Path(sys.argv[1])).make("film", ".mp4", (), write)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None and child.stdout.readline()
        Cache(tmp_path)
        assert len(list((tmp_path / "film").iterdir())) == 1, "another run's draft was taken away"
        os.kill(child.pid, signal.SIGKILL)
    Cache(tmp_path)
    assert not list((tmp_path / "film").iterdir())


def test_an_artefact_that_was_damaged_is_made_again(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_text("whole")

    def write_folder(folder: Path) -> None:
        folder.mkdir()
        (folder / "picture.mp4").write_text("whole")
        (folder / "tail.npy").write_text("whole")

    file = Cache(tmp_path).make("speak", ".wav", (1,), write)
    folder = Cache(tmp_path).make("film", "", (1,), write_folder)
    for damage in ("", "wh"):
        file.write_text(damage)
        (folder / "tail.npy").write_text(damage)
        cache = Cache(tmp_path)
        assert cache.make("speak", ".wav", (1,), write).read_text() == "whole"
        assert cache.make("film", "", (1,), write_folder) == folder
        assert (folder / "tail.npy").read_text() == "whole"
        assert [kind for kind, _ in cache.made] == ["speak", "film"]
    (tmp_path / "times.jsonl").write_bytes(b'\xff[1]\n5\n"abcde"\n{"a": 1}\n')
    cache = Cache(tmp_path)
    cache.make("speak", ".wav", (1,), write)
    assert cache.made == [] and cache.costs() == {}


def test_two_runs_that_make_one_folder_at_once(tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        folder.mkdir()
        (folder / "picture.mp4").write_text("whole")

    def write_after_the_other(folder: Path) -> None:
        Cache(tmp_path).make("film", "", (1,), write)
        write(folder)

    # The other run's draft has this thread's name too, so it is made before ours.
    path = Cache(tmp_path).make("film", "", (1,), write_after_the_other)
    assert (path / "picture.mp4").read_text() == "whole"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
