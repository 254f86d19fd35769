# `make run` and `make test` are all that is needed; `make help` lists the rest.

PORT ?= 8000
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)

BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

.PHONY: help run demo test test-slow check test-postgresql bench scorecard lock lock-upgrade clean venv environment environment-dev
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 24

run: environment ## serve the site on http://127.0.0.1:8000; PORT=8080 for another port
	@exec $(BIN)/python manage.py serve --port $(PORT)

demo: environment ## the same with a curators' desk to try, on data of its own in .data-demo
	@KB_DATA=.data-demo $(BIN)/python manage.py demo --once
	@KB_DATA=.data-demo exec $(BIN)/python manage.py serve --port $(PORT)

test: check test-postgresql ## linters, types, import contracts and every test but the slow ones
	$(BIN)/python -m pytest -n 2

test-slow: environment-dev ## the tests that take minutes
	$(BIN)/python -m pytest -m slow

check: environment-dev ## linters, types, import contracts, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

test-postgresql: environment-dev ## the tests of records, queries and services on a real PostgreSQL
	$(BIN)/python -m tests.on_postgresql tests/models tests/queries tests/services

scorecard: environment-dev ## score the pages on labelled cases, by a site of its own
	$(BIN)/python -m bench.scorecard

bench: environment-dev ## measure the engine: stages, memory, growth; and other ways beside it
	$(BIN)/python -m bench.match
	$(BIN)/python -m bench.peers

lock: environment-dev ## write the requirements files anew after a change of pyproject.toml
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) pyproject.toml --group dev --output-file requirements-dev.txt

lock-upgrade: LOCK += --upgrade
lock-upgrade: lock ## the same, with the newest version of everything

clean: ## remove what tools leave behind; the environment and the data stay
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -print | xargs rm -rf

# An environment that was left half made, or whose Python is gone, is made anew.
venv:
	@$(BIN)/python -c 'import pip' 2>/dev/null || { \
		test -n "$(PYTHON)" && "$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
			echo "Fixpoint needs Python 3.11 or later with its venv module, and found none." >&2; \
			echo "  Debian, Ubuntu:  apt-get install python3 python3-venv" >&2; \
			echo "  Fedora:          dnf install python3" >&2; \
			echo "  macOS:           brew install python" >&2; \
			echo "If it is installed under another name: make run PYTHON=/path/to/python3" >&2; \
			exit 1; }; \
		echo "environment  creating .venv with $$($(PYTHON) --version)"; \
		rm -rf .venv && "$(PYTHON)" -m venv .venv; }

# Installed anew only when the lock has changed: the copy beside the environment says what is in it.
environment: venv
	@cmp -s requirements.txt .venv/.installed || { \
		echo "environment  installing what requirements.txt lists; the first time this takes a minute"; \
		$(PIP_INSTALL) requirements.txt && cp requirements.txt .venv/.installed; }

environment-dev: venv
	@cmp -s requirements-dev.txt .venv/.installed-dev || { \
		echo "environment  installing what requirements-dev.txt lists; the first time this takes two minutes"; \
		$(PIP_INSTALL) requirements-dev.txt && cp requirements-dev.txt .venv/.installed-dev; }
