# The commands of the project: `make help` lists them.
PYTHON ?= python3.11
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-options
CODE := src tests bench scripts conftest.py
PEERS := pm4py retentioneering

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check format lint types contracts bench picture lock browser clean

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: .venv/.run  ## generate the demo log, analyse it, write report.html
	$(BIN)/tropa demo --html report.html

test: .venv/.dev browser  ## everything the tests need (Chromium by apt when absent), then all tests
	$(BIN)/python -m pytest

check: format lint types contracts test  ## all that CI checks; the tests include budgets, house rules and docs drift

format: .venv/.dev
	$(BIN)/ruff format --check --output-format=concise $(CODE)

lint: .venv/.dev
	$(BIN)/ruff check $(CODE)

types: .venv/.dev
	$(BIN)/mypy $(CODE)

contracts: .venv/.dev
	$(BIN)/lint-imports --no-logo

browser:
	@scripts/browser.sh

bench: .venv/.dev $(PEERS:%=bench/.env-%/.made)  ## our engine beside its peers in one run, into bench/REPORT.md
	$(BIN)/python -m bench

picture: .venv/.dev browser  ## the pictures of the report in the READMEs
	mkdir -p var docs/pictures
	$(BIN)/tropa demo --lang en --html var/picture.html
	$(BIN)/python scripts/picture.py var/picture.html docs/pictures/report.png --width 1280 --height 1262
	$(BIN)/tropa demo --lang ru --html var/picture.html
	$(BIN)/python scripts/picture.py var/picture.html docs/pictures/report.ru.png --width 1280 --height 1262

lock: .venv/.dev  ## pin the newest allowed versions of all dependencies
	$(LOCK) --upgrade --build-deps-for=editable --output-file=requirements.txt pyproject.toml
	$(LOCK) --upgrade --build-deps-for=editable --extra=dev --constraint=requirements.txt \
		--output-file=requirements-dev.txt pyproject.toml
	for peer in $(PEERS); do \
		$(LOCK) --upgrade --output-file=bench/requirements-$$peer.txt bench/requirements-$$peer.in || exit 1; \
	done

clean:  ## remove the environments, so that the next command makes them anew
	rm -rf .venv $(PEERS:%=bench/.env-%)

# A stamp stands for a finished install: repeated commands skip it until the files it was made from change.
.venv/.made:
	@scripts/environment.sh $(PYTHON) .venv
	@touch $@

.venv/.run: .venv/.made requirements.txt pyproject.toml
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

bench/.env-%/.made: bench/requirements-%.txt
	@scripts/environment.sh $(PYTHON) bench/.env-$*
	bench/.env-$*/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@
