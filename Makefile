# make demo    the inbox on a demo shop, no account needed
# make test    everything a change must pass (under ten minutes)
# make help    the rest

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
READY   = $(VENV)/.ready
# Tests wait for servers, disks and screens a good part of their time: two more of them than cores at a time.
WORKERS ?= $(shell expr $$(nproc) + 2)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all crash check bench bench-1m pictures catalogue lock install uninstall packages clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## the environment in .venv, from the hashed lock

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh "$(PYTHON)" "$(VENV)" -e .
	@touch $(READY)

demo: $(READY)  ## the inbox on a demo shop
	@$(BIN)/omni-tui demo $(ARGS)

test: $(READY) packages check  ## linters, types, floors and the tests
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not long" $(ARGS)

test-all: $(READY) check  ## the same with the long tests
	@sh scripts/packages.sh test-all
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

crash: $(READY) packages  ## kill -9 in the middle of fetching and sending, twenty times each
	$(BIN)/pytest -n 1 tests/crash $(ARGS)

check: $(READY)  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## measure against the budgets; the exit code tells
	@sh scripts/packages.sh bench
	$(BIN)/python -m benchmarks $(ARGS)

bench-1m: $(READY)  ## the store's figures at 1,000,000 messages (ARGS="--url postgresql://…": there)
	$(BIN)/python -m benchmarks store --million $(ARGS)

pictures: $(READY)  ## draw docs/pictures from the running program
	LANGUAGE=en $(BIN)/python scripts/pictures.py
	LANGUAGE=zh_CN $(BIN)/python scripts/pictures.py

catalogue: $(READY)  ## bring the translations to the sentences of the code
	$(BIN)/python scripts/catalogue.py $(ARGS)

packages:
	@sh scripts/packages.sh test

lock:  ## resolve requirements.lock anew (needs uv)
	sh scripts/lock.sh

install:  ## put omni-tui on PATH (~/.local/bin), in an environment of its own
	@sh scripts/install.sh "$(PYTHON)"

uninstall:  ## take it off again; your mail and configuration stay
	@sh scripts/install.sh --remove

clean:  ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
