# The commands of the project: `make help` lists them.
PYTHON ?= python3.11
# Some machines forbid Python to keep what it has compiled: every process would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
# Python compiles what is used when it is first used: half of what is installed never is.
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-options
CODE := src tests bench scripts conftest.py
PEERS := pm4py retentioneering
# A worker takes whole files, the longest ones first (conftest.py), so that both end together.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder
# Everything that stands on the database: these tests run on SQLite and on PostgreSQL, but for those marked `once`.
SERVER := $(addprefix src/tropa/,web jobs workspace facts customers capture journeys insights maps desk config demo/tests/test_loading.py) \
	$(addprefix tests/,kill browser test_house_routes.py)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check static format lint types contracts system island front words bench picture lock browser clean

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: .venv/.run front words  ## the product with its demo world on http://127.0.0.1:8000; prints the demo login
	$(BIN)/tropa migrate
	$(BIN)/tropa demo --load
	exec $(BIN)/tropa serve

test: .venv/.dev browser front words  ## everything the tests need (Chromium, PostgreSQL by apt when absent), then all
	scripts/postgres.sh install
	$(PYTEST)
	TROPA_TEST_DATABASE=postgresql $(PYTEST) -m "not once" $(SERVER)
	@scripts/front.sh test

check: static test  ## all that CI checks; tests include budgets, rules, docs drift

static: format lint types contracts system island  ## the checks that run no test

system: .venv/.dev words  ## Django's system checks, missing migrations
	$(BIN)/tropa manage check --fail-level WARNING
	$(BIN)/tropa manage makemigrations --check --dry-run

island: front  ## types of the front end
	@scripts/front.sh types

front:  ## the front end, built when its sources changed
	@scripts/front.sh

words: .venv/.run  ## compiled translations
	@$(BIN)/python scripts/messages.py compile

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

picture: .venv/.dev browser front words  ## the pictures in the READMEs; every page of the demo into var/pages
	$(BIN)/python -m scripts.pages
	mkdir -p var docs/pictures
	$(BIN)/tropa demo --lang en --html var/picture.html
	$(BIN)/python -m scripts.picture var/picture.html docs/pictures/report.png --width 1280 --height 1262
	$(BIN)/tropa demo --lang ru --html var/picture.html
	$(BIN)/python -m scripts.picture var/picture.html docs/pictures/report.ru.png --width 1280 --height 1262

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
