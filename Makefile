# Two commands: `make demo` hears a recording, `make test` runs every test. Both make .venv first.
PYTHON ?= python3
BIN := .venv/bin
FILE ?=
# As it was typed, since a $ in a name is none of make's; through the environment, where no shell reads it either.
override FILE := $(value FILE)
export FILE

.PHONY: demo test lint docs clean

demo: .venv/installed
	@$(BIN)/descant demo $${FILE:+"$$FILE"}

# A process for each core; the tests of a file stay together, as they share what they make.
test: .venv/tests
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Tables in the README, on composition's, the searches' and the models' pages, and figures on the cards, from what was measured.
docs: .venv/installed
	$(BIN)/python tools/cards.py
	$(BIN)/python tools/pages.py
	$(BIN)/python tools/readme.py
	$(BIN)/python tools/chorales.py
	$(BIN)/python tools/searches.py

.venv/made:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/made pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/tests: .venv/made pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test]"
	@touch $@ .venv/installed

.venv/dev: .venv/made pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@ .venv/installed .venv/tests

clean:
	rm -rf .venv
