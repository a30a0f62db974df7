# Every target does what CI does, and only what is not yet done. `make` lists them.
PORT ?= 8000
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
READY := .venv/.ready
MODEL := model/artefact/manifest.json
SEEDS := seeds/themes seeds/paragraphs $(wildcard seeds/themes/*.toml seeds/paragraphs/*.jsonl)

.DEFAULT_GOAL := help
.PHONY: help setup run test model evaluate lint format bench notebooks clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## build the environment in .venv

run: $(MODEL) ## serve on 127.0.0.1:8000 (make run PORT=8001: elsewhere)
	@$(BIN)/themetag serve --port $(PORT)

test: lint $(MODEL) ## lint, then all tests
	$(BIN)/pytest

model: $(MODEL) ## check the seeds and train, where anything has changed

evaluate: $(MODEL) ## the figures: text held out of training, and contrast sets
	$(BIN)/themetag evaluate seeds/heldout/*.jsonl --contrast seeds/contrast
	$(BIN)/python -m model.gate seeds tests/floors.json

lint: $(READY) ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## mend style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(MODEL) ## measure speed beside the plain scikit-learn pipeline, of reading, archives and serving, and the ladder of features
	$(BIN)/python tests/bench/speed.py
	$(BIN)/python tests/bench/reading.py
	$(BIN)/python tests/bench/archive.py
	$(BIN)/python tests/bench/ladder.py
	$(BIN)/python tests/bench/serving.py

notebooks: $(MODEL) ## run every notebook from top to bottom; fails where one does
	$(BIN)/python -m jupyter execute notebooks/*.ipynb

clean: ## remove everything that the other targets made
	rm -rf .venv build *.egg-info model/artefact .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "themetag needs Python 3.11 or newer: install it, or name it with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make environments: install its venv module (on Debian: apt-get install python3-venv)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(MODEL): $(READY) $(SEEDS) $(wildcard model/*.py)
	$(BIN)/themetag train
