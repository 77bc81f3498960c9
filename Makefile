# Everything sets itself up: Python 3.11 or newer, git and make are enough.

.DEFAULT_GOAL := help
.PHONY: help annotate demo push pull report adjudicate doctor stop server-postgres test test-fast soak test-all coverage lint bench pictures clean setup setup-studio browser readers postgres

PYTHON  ?= python3
ARTICLE ?= examples/harbour_talks.txt
SCALE   ?= 1 10
WORKERS ?= 2
export ARTICLE PROJECT FILE

# Environments are named after what they are made from, so a change makes them anew and nothing else does.
VENV   := .venv/made-$(firstword $(shell cksum pyproject.toml))
STUDIO := .venv-studio/made-$(firstword $(shell cksum requirements-studio.txt))
BENCH  := .venv-bench/made-$(firstword $(shell cat pyproject.toml benchmarks/requirements.txt | cksum))
RUN    := .venv/bin/annotate

# Making an environment empties its folder: never one that a link leads to, which others may use.
define refuse_link
@test ! -L $(1) || { echo "$(1) is a symbolic link, and making it anew would empty the folder that it leads to:" \
  "remove the link (rm $(1)), then run make again" >&2; exit 1; }
endef

help:  ## what can be made (this list)
	@echo "make annotate ARTICLE=column.txt   labels an article; make test checks everything. All targets:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

annotate: setup setup-studio  ## set everything up, push ARTICLE=file|folder|URL, say where to label it
	@$(RUN) push "$$ARTICLE" $${PROJECT:+--project "$$PROJECT"}

demo: setup setup-studio  ## the whole way with three simulated reviewers; ends at a filled report
	@.venv/bin/python examples/demo.py

push: annotate  ## the same as annotate

pull: setup setup-studio  ## fetch the answers of PROJECT=title into exports/ (one project: no title needed)
	@$(RUN) pull $${PROJECT:+--project "$$PROJECT"}

report: pull  ## fetch the answers and write tables and page
	@$(RUN) report $${PROJECT:+--project "$$PROJECT"}

adjudicate: setup setup-studio  ## write the final labels of FILE=claims.csv (or disputes.csv, .xlsx) into Label Studio
	@test -n "$$FILE" || { echo "Which sheet? make adjudicate FILE=exports/<project>/claims.csv" >&2; exit 2; }
	@$(RUN) adjudicate "$$FILE" $${PROJECT:+--project "$$PROJECT"}

doctor: setup  ## look whether everything is as it should be, and what to do where it is not
	@$(RUN) doctor

stop: setup  ## stop the local Label Studio; the labels stay
	@$(RUN) studio stop

server-postgres: setup setup-studio postgres  ## start the local Label Studio on PostgreSQL, for many people at once
	@$(RUN) studio start --postgres

# Each of the WORKERS has a Label Studio of its own. While tests wait for it, others work.
PYTEST := .venv/bin/python -m pytest --dist worksteal -n $(WORKERS)

test: setup setup-studio browser readers postgres  ## all tests, with a real Label Studio and a real browser (TESTS=tests/report: only those)
	@$(PYTEST) $(TESTS)

test-fast: setup  ## the tests that need no server, no browser and no other program (a minute)
	@$(PYTEST) -m "not (studio or browser or slow or soak)" $(TESTS)

soak: setup setup-studio  ## the slow tests: every fault at every request, a kill at every step
	@$(PYTEST) -m soak

test-all: setup setup-studio browser readers postgres  ## test and soak at once, and the share of the code that they run
	@$(PYTEST) -m "" --cov

coverage: setup setup-studio browser readers postgres  ## test, and the share of the code that it runs (TESTS=...: only those)
	@$(PYTEST) --cov $(TESTS)

lint: setup  ## ruff and mypy
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

bench: setup setup-studio postgres $(BENCH)  ## measure everything beside its peers at SCALE="1 10" (100: the full size, long)
	@.venv/bin/python benchmarks/results.py --scale $(SCALE) $(if $(KEPT),--kept $(KEPT))

pictures: setup setup-studio browser  ## take the README's pictures anew
	@.venv/bin/python docs/pictures.py

clean:  ## remove environments and caches; labels (.labelstudio) and exports stay
	rm -rf .venv .venv-studio .venv-bench .setup/studio-* .setup/postgres-* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find annotate tests benchmarks examples training -name __pycache__ -prune -exec rm -rf {} +

setup: $(VENV)
setup-studio: $(STUDIO)

$(VENV): pyproject.toml
	$(call refuse_link,.venv)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv (once, about a minute) ..." >&2
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(STUDIO): requirements-studio.txt
	$(call refuse_link,.venv-studio)
	@echo "Setting up Label Studio in .venv-studio (once, about two minutes, 1 GB) ..." >&2
	@$(PYTHON) -m venv --clear .venv-studio
	@.venv-studio/bin/python -m pip install -qq --disable-pip-version-check --requirement requirements-studio.txt
	@touch $@

$(BENCH): pyproject.toml benchmarks/requirements.txt
	$(call refuse_link,.venv-bench)
	@echo "Setting up the peers of the benchmarks in .venv-bench (once, about two minutes, 1 GB) ..." >&2
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install -qq --disable-pip-version-check --editable . \
	  --requirement benchmarks/requirements.txt
	@touch $@

browser:
	@sh tests/browser/ensure_chromium.sh

readers:
	@sh tests/report/ensure_readers.sh

postgres:
	@sh deploy/ensure_postgres.sh
