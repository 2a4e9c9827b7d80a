PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: setup check format lint types imports test update bench wheel

setup:  ## the environment for development, with the exact versions of constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable .

check: format lint types imports test  ## all that a change must pass

format:
	$(BIN)/ruff format --check

lint:
	$(BIN)/ruff check

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

test:
	$(BIN)/pytest --quiet

update:  ## write what the golden tests expect anew; read the diff
	$(BIN)/pytest --quiet --update

bench:
	$(BIN)/python benchmarks/run.py

wheel:
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
