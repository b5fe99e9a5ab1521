# The one tool of this project. Everything it makes stays inside the checkout (.venv, .cache);
# only `make test` may install Debian packages, and says so.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test lint profiles bench fuzz lock clean tools

# What the recipes below pass on to the command they run: make demo ARGS="--for 90s"
ARGS ?=
FUZZ_SECONDS ?= 600
VENV ?= .venv
# Empty: the first Python from 3.11 up that can make an environment (requirements/environment).
PYTHON ?=
export PYTHON

PY := $(VENV)/bin/python
LOCKS := requirements
PROJECT := pyproject.toml $(LOCKS)/environment $(LOCKS)/build.lock
RULE = @printf '\n== %s\n' "$(1)"

help: ## this list
	@echo 'make TARGET [ARGS="..."] [PYTHON=python3.x]'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.run ## make the environment and watch a simulated district until Ctrl-C
	@echo '== in another terminal, so that it finds the commands below: . $(VENV)/bin/activate'
	@$(PY) -m netmon demo $(ARGS)

test: tools lint ## make the environment, install the tests' tools, run every check and test
ifeq ($(ARGS),)
	$(call RULE,pytest on all cores)
	@$(PY) -m pytest -n auto --ignore tests/integration
	$(call RULE,pytest against real programs)
	@$(PY) -m pytest tests/integration
else
	$(call RULE,pytest)
	@$(PY) -m pytest $(ARGS)
endif

lint: $(VENV)/.dev ## formatting, style, types, import contracts
	$(call RULE,ruff)
	@$(PY) -m ruff format --check --quiet . || { echo "run: $(PY) -m ruff format ." >&2; exit 1; }
	@$(PY) -m ruff check --quiet .
	$(call RULE,mypy)
	@$(PY) -m mypy
	$(call RULE,import contracts)
	@$(VENV)/bin/lint-imports

profiles: $(VENV)/.dev ## what share of recordings of real devices is read (NETMON_RECORDINGS names their folder)
	@$(PY) -m tests.peers $(ARGS)

bench: $(VENV)/.bench ## measure the hot path and the engines side by side
	@$(LOCKS)/debian $(LOCKS)/debian-bench.txt
	@$(PY) -m bench $(ARGS)

fuzz: $(VENV)/.fuzz ## the parsers against generated datagrams, for FUZZ_SECONDS (600)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) $(PY) -m tests.fuzz.fuzz_parser $(ARGS)

lock: ## resolve the dependencies of pyproject.toml anew into requirements/*.lock
	@$(LOCKS)/lock

clean: ## remove what make and the tools made (never ./data)
	rm -rf $(VENV) .cache build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

tools:
	@$(LOCKS)/debian $(LOCKS)/debian-test.txt
	@$(LOCKS)/current $(LOCKS)/debian-current.txt .cache/current

# One stamp per set of packages: made again only when its lock file or pyproject.toml changed.
$(VENV)/.run: $(LOCKS)/run.lock $(PROJECT)
$(VENV)/.dev: $(LOCKS)/dev.lock $(PROJECT)
$(VENV)/.bench: $(LOCKS)/bench.lock $(PROJECT)
$(VENV)/.fuzz: $(LOCKS)/fuzz.lock $(PROJECT)
$(VENV)/.run $(VENV)/.dev $(VENV)/.bench $(VENV)/.fuzz:
	@$(LOCKS)/environment $(VENV) $<
	@touch $@
