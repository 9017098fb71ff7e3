"""The studio opens without what its first page does not need."""

import subprocess
import sys

OPENING = """
import inspect, sys
from script2movie.studio.serve import without_stubs
opened = []
sys.addaudithook(lambda name, given: opened.append(str(given[0])) if name == "open" else None)
getfile = inspect.getfile
with without_stubs():
    import gradio
assert inspect.getfile is getfile and inspect.getfile(gradio.Textbox).endswith("textbox.py")
assert gradio.Textbox().blur
stubs = [path for path in opened if path.endswith(".pyi")]
assert not stubs, stubs
import script2movie.studio.pages
heavy = {"scipy", "cv2", "soundfile", "spacy", "onnxruntime", "torch"} & set(sys.modules)
assert not heavy, heavy
"""


def test_the_first_page_comes_without_editors_stubs_and_heavy_libraries() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPENING], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
