# Everything that people do with a checkout. Needs git, make and python3 (3.11 or newer); see scripts/packages.
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.product ## the environment in .venv, so that .venv/bin/draagkracht works

demo: $(VENV)/.product ## a believable organisation on http://localhost:8000 (PORT changes it)
	@DRAAGKRACHT_DATA=$${DRAAGKRACHT_DATA:-data/demo} $(RUN)/draagkracht demo --port $(PORT)

test: $(VENV)/.development ## all tests, the browser journeys included
	@$(RUN)/python -m pytest -q -n 2 --dist loadgroup

check: $(VENV)/.development ## style, types, import contracts, pending migrations, documents
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports --no-logo
	$(RUN)/python scripts/pending_migrations.py
	$(RUN)/python -m pytest -q tests/test_documentation.py tests/test_translations.py tests/test_house.py

bench: $(VENV)/.development ## the figures of this machine, as ratios where another engine is measured beside
	@$(RUN)/python bench/run.py

prove: $(VENV)/.development ## the long proofs; writes a dated table into docs/explanation/proofs.md
	@$(RUN)/python bench/prove.py

reference: $(VENV)/.development ## the statistics beside 381 values made with R, where these stand beside the project
	@$(RUN)/python tests/reference/run.py

pictures: $(VENV)/.development ## screenshots of README and docs, from a running demo
	@$(RUN)/python pictures/take.py

lock: $(VENV)/.uv ## anew: the locked requirements, with hashes and without the address of any index
	$(RUN)/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.txt pyproject.toml
	$(RUN)/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean: ## remove the environment and what was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.uv: scripts/packages
	@scripts/packages product
	@test -x $(RUN)/python || python3 -m venv $(VENV)
	@$(RUN)/python -c 'import uv' 2>/dev/null || $(RUN)/python -m pip install -q --disable-pip-version-check uv || echo "uv could not be had: pip does its work, slower"
	@touch $@

$(VENV)/.product: $(VENV)/.uv requirements.txt pyproject.toml
	@scripts/install requirements.txt
	@touch $@

$(VENV)/.development: $(VENV)/.product requirements-dev.txt
	@scripts/packages development
	@scripts/install requirements-dev.txt
	@touch $@

.PHONY: help setup demo test check bench prove reference pictures lock clean
