# Everything sets itself up: Python 3.11 or newer, git and make are enough.

.DEFAULT_GOAL := help
.PHONY: help annotate demo push pull report train review adjudicate doctor stop server-postgres test test-fast soak test-all \
  coverage lint bench docs pictures lock clean setup setup-studio browser readers postgres nginx model

PYTHON  ?= python3
ARTICLE ?= examples/harbour_talks.txt
SCALE   ?= 1 10
WORKERS ?= 2
# These go to the commands as they were typed: in a title, make would take `$$` and what follows it for a variable.
override ARTICLE := $(value ARTICLE)
override PROJECT := $(value PROJECT)
override FILE := $(value FILE)
override NAMES := $(value NAMES)
export ARTICLE PROJECT FILE NAMES

# Environments are named after the files that they are made from: a change there makes them again, and nothing else does.
stamp   = $(1)/made-$(firstword $(shell cat $(2) | cksum))
LOCKED := pyproject.toml requirements.lock
VENV   := $(call stamp,.venv,$(LOCKED))
STUDIO := $(call stamp,.venv-studio,requirements-studio.txt)
BENCH  := $(call stamp,.venv-bench,$(LOCKED) benchmarks/requirements.txt)
DOCS   := $(call stamp,.venv-docs,requirements.lock)
RUN    := .venv/bin/annotate
PIP    := bin/python -m pip install -qq --disable-pip-version-check
PINNED := --constraint requirements.lock

# The pages of the site, with the folders they are in, so that links between them are the same there and here.
PAGES  := README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md LICENSE docs exports/README.md deploy/README.md \
  benchmarks/results.md configs/codebook.md configs/aliases.txt configs/annotate.toml examples/notebook.ipynb

# Making an environment empties its folder; a folder behind a symbolic link may be in use elsewhere.
define refuse_link
@test ! -L $(1) || { echo "$(1) is a symbolic link, and setting it up again would empty the folder that it leads to:" \
  "remove the link (rm $(1)), then run make again" >&2; exit 1; }
endef

help:  ## list the targets
	@echo "make annotate ARTICLE=column.txt   labels an article; make test checks everything. All targets:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

annotate: setup setup-studio  ## set everything up, push ARTICLE=file|folder|URL, print where to label it
	@$(RUN) push "$$ARTICLE" $${PROJECT:+--project "$$PROJECT"}

demo: setup setup-studio  ## the whole way with three simulated annotators; ends at a complete report
	@.venv/bin/python examples/demo.py

push: annotate  ## the same as annotate

pull: setup setup-studio  ## fetch the answers of PROJECT=title into exports/ (one project: no title needed)
	@$(RUN) pull $${PROJECT:+--project "$$PROJECT"}

report: pull  ## fetch the answers and write tables and page
	@$(RUN) report $${PROJECT:+--project "$$PROJECT"}

train: setup setup-studio  ## send decided claims to NAMES="Ada Lund, Bo Marsh" to practise on (of PROJECT=title, else of the sample)
	@test -n "$$NAMES" || { echo 'Who? make train NAMES="Ada Lund, Bo Marsh"' >&2; exit 2; }
	@printf '%s' "$$NAMES" | tr ',' '\n' | sed 's/^ *//; s/ *$$//' | tr '\n' '\0' \
	  | xargs -0 $(RUN) train-annotators $${PROJECT:+--from "$$PROJECT"}

review: setup setup-studio  ## decide the disputes of PROJECT=title on a page of this computer
	@$(RUN) review --open $${PROJECT:+--project "$$PROJECT"}

adjudicate: setup setup-studio  ## write the decisions of FILE=desk.xlsx (or claims.csv, .ods) into Label Studio
	@test -n "$$FILE" || { echo "Which sheet? make adjudicate FILE=exports/<project>/desk.xlsx" >&2; exit 2; }
	@$(RUN) adjudicate "$$FILE" $${PROJECT:+--project "$$PROJECT"}

doctor: setup  ## check everything, and say what to do where something is wrong
	@$(RUN) doctor

stop: setup  ## stop the local Label Studio; the labels stay
	@$(RUN) studio stop

server-postgres: setup setup-studio postgres  ## start the local Label Studio on PostgreSQL, for many people at once
	@$(RUN) studio start --postgres

# Each of the WORKERS has a Label Studio of its own. While tests wait for it, others work.
PYTEST := .venv/bin/python -m pytest --dist worksteal -n $(WORKERS)

test: setup setup-studio browser readers postgres nginx model  ## all tests, with a real Label Studio and a real browser (TESTS=tests/report: only those)
	@$(PYTEST) $(TESTS)

test-fast: setup  ## the tests that need no server, no browser and no other program (a minute)
	@$(PYTEST) -m "not (studio or browser or slow or soak)" $(TESTS)

soak: setup setup-studio  ## the slow tests: every fault at every request, a kill at every step
	@$(PYTEST) -m soak

# Measuring the share of the code adds 40 to 100 % to the computing of the tests, and no test fails by it: it has its own target.
test-all: setup setup-studio browser readers postgres nginx model  ## test and soak at once, with more examples of each property
	@HYPOTHESIS_PROFILE=thorough $(PYTEST) -m "" $(TESTS)

coverage: setup setup-studio browser readers postgres nginx model  ## test-all, and the share of the code that it runs (TESTS=...: only those)
	@HYPOTHESIS_PROFILE=thorough $(PYTEST) -m "" --cov=annotate $(TESTS)

lint: setup  ## ruff and mypy, and no mark of an unfinished merge
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@git grep -nE '^(<{7}|>{7})( |$$)' && { echo 'make: a merge is unfinished there' >&2; exit 1; } || true

bench: setup setup-studio postgres $(BENCH)  ## time every step beside other tools at SCALE="1 10" (100 is the full size and takes long)
	@.venv/bin/python benchmarks/results.py --scale $(SCALE) $(if $(KEPT),--kept $(KEPT))

docs: $(DOCS)  ## build the site from README and docs into build/site; a broken link fails
	@rm -rf build/pages && mkdir -p build/pages
	@tar -cf - --exclude='*.py' $(PAGES) | tar -xf - -C build/pages
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/python -m mkdocs build  # with --quiet it would not count warnings
	@echo "build/site/index.html"

pictures: setup setup-studio browser readers  ## take the pictures of the docs again
	@.venv/bin/python docs/pictures.py

# The versions that the oldest supported Python can have; newer ones take the same.
lock:  ## bring requirements.lock in line with pyproject.toml (UPGRADE=1: take the newest versions)
	$(call refuse_link,.venv-lock)
	@$(PYTHON) -m venv --clear .venv-lock
	@.venv-lock/$(PIP) uv
	@.venv-lock/bin/uv pip compile --quiet --python-version 3.11 --annotation-style line --extra dev --group docs \
	  --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml

clean:  ## remove environments and caches; labels (.labelstudio) and exports stay
	rm -rf .venv .venv-studio .venv-bench .setup/studio-* .setup/postgres-* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
	find annotate tests benchmarks examples training -name __pycache__ -prune -exec rm -rf {} +
	rm -rf .venv-docs .venv-lock

setup: $(VENV)
setup-studio: $(STUDIO)

$(VENV): $(LOCKED)
	$(call refuse_link,.venv)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv (once, about a minute) ..." >&2
	@$(PYTHON) -m venv --clear .venv
	@.venv/$(PIP) $(PINNED) --editable '.[dev]'
	@touch $@

$(STUDIO): requirements-studio.txt
	$(call refuse_link,.venv-studio)
	@echo "Setting up Label Studio in .venv-studio (once, about two minutes, 1 GB) ..." >&2
	@$(PYTHON) -m venv --clear .venv-studio
	@.venv-studio/$(PIP) --requirement requirements-studio.txt
	@touch $@

$(BENCH): $(LOCKED) benchmarks/requirements.txt
	$(call refuse_link,.venv-bench)
	@echo "Setting up the other tools of the benchmarks in .venv-bench (once, about two minutes, 1 GB) ..." >&2
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/$(PIP) $(PINNED) --editable . --requirement benchmarks/requirements.txt
	@touch $@

$(DOCS): requirements.lock
	$(call refuse_link,.venv-docs)
	@$(PYTHON) -m venv --clear .venv-docs
	@.venv-docs/$(PIP) $(PINNED) mkdocs-material
	@touch $@

browser:
	@sh tests/browser/ensure_chromium.sh

readers:
	@sh tests/report/ensure_readers.sh

postgres:
	@sh deploy/ensure_postgres.sh

nginx:
	@sh deploy/ensure_nginx.sh

model:
	@sh tests/llm/ensure_model.sh
