# OrderFlow Bridge. The commands to know: make run, make test; `make help` lists the others.
# make run PORT=8080 HOST=0.0.0.0 listens elsewhere; make test PYTHON=python3.13 VENV=.venv-3.13 takes another Python.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# The oldest of the Pythons it runs on that is here, unless another is named.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 \
  || command -v python3.14 || command -v python3)
VENV ?= .venv
IN := $(VENV)/bin
# What is installed: requirements-extras.lock has traces and object storage, too.
LOCK ?= requirements.lock
# make lock UPGRADE= adds what is new and leaves the rest as it is.
UPGRADE ?= --upgrade
PIP := $(IN)/python -m pip --disable-pip-version-check install --quiet --require-hashes --use-pep517
RUN := $(IN)/python manage.py run $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))
# The first pass must not meet a server, whatever the environment or a .env file names.
ON_SQLITE := env DATABASE_URL= REDIS_URL= BRIDGE_DATA_DIR=var/test
ON_SERVERS := env BRIDGE_DATA_DIR=var/test
# The rooms that have SQL of their own, or whose promises hang on locks and transactions: their tests
# run on PostgreSQL too. The others only ask Django's ORM. In these, what says nothing of a database
# is marked one_database: who is let in, descriptions of the API, where the links of a page lead.
ROOMS_WITH_SQL := $(addprefix tests/,access carriers catalog common console documents exchange \
  exports file_transfer imports inventory jobs journeys monitoring order_desk outbox plugins repairs \
  request_queue restapi rules sales soapapi timeline watch)
# The files that have tests of processes: reading all the others takes each worker longer than some
# of them run. tests/conftest.py refuses such a test where this does not find it.
OF_PROCESSES = $(shell grep -rlF --include='test_*.py' mark.processes tests)
# Examples a property test tries: ci, quick (a tenth of it), or full (as many as Hypothesis likes).
export HYPOTHESIS_PROFILE ?= ci

.PHONY: help run dev demo venv test test-rooms test-quick test-hosts test-clients count-cases lint format coverage docs bench figures lock screenshots theme messages third-party

help: ## Show what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/'

run: $(VENV)/installed ## Start the bridge on http://127.0.0.1:8000
	@exec $(RUN)

demo: $(VENV)/installed ## The same, with demo data and a stand-in for OrderFlow
	@exec $(RUN) --demo

dev: $(VENV)/installed ## Demo data, and a web server that reloads when a file is saved
	@$(IN)/python manage.py prepare && $(IN)/python manage.py demo
	@trap 'kill $$(jobs -p)' EXIT; \
	  while sleep 60; do $(IN)/python manage.py jobs tick; done & \
	  BRIDGE_DEBUG=1 $(IN)/python manage.py runserver $(or $(HOST),127.0.0.1):$(or $(PORT),8000)

venv: $(VENV)/installed ## Only build the environment

test: $(VENV)/installed-dev ## Check everything: on SQLite, then on DATABASE_URL and REDIS_URL if they are set
	@$(MAKE) --no-print-directory -j2 lint test-rooms  # types keep one core busy, and only one
	$(ON_SQLITE) $(IN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "processes and not hosts" \
	  tests/browser $(OF_PROCESSES)  # a third waits while two work; the longest files come first
	@if [ -n "$${DATABASE_URL:-}" ]; then set -x; \
	  $(ON_SERVERS) $(IN)/pytest -n auto -m "not processes and not one_database" $(ROOMS_WITH_SQL); \
	  $(ON_SERVERS) $(IN)/pytest -n 3 --dist loadfile -m "processes and not browser and not one_database and not hosts" \
	    $(OF_PROCESSES); \
	else echo "DATABASE_URL is not set: the tests ran on SQLite only."; fi

test-rooms: $(VENV)/installed-dev
	$(ON_SQLITE) $(IN)/pytest -n auto -m "not processes"

test-quick: $(VENV)/installed-dev ## The short way: SQLite, no browser, no processes, nothing marked slow
	HYPOTHESIS_PROFILE=quick $(ON_SQLITE) $(IN)/pytest -n auto -m "not processes and not browser and not slow"

count-cases: $(VENV)/installed-dev ## How many cases after Magento's API tests there are, into docs/contract/rest.md
	COUNT_CASES=1 $(ON_SQLITE) $(IN)/pytest -n 0 -s -q tests/restapi/test_cases.py -k page_tells

test-clients: $(VENV)/installed-clients ## Magento clients that others wrote, each signing in its own way
	$(ON_SQLITE) $(IN)/pytest -n 0 -m clients tests/restapi

test-hosts: $(VENV)/installed-dev ## Several hosts in network namespaces, as root: power cuts, wrong clocks, a rolling upgrade
	$(ON_SQLITE) $(IN)/pytest -n 0 -m hosts -s tests/hosts

coverage: $(VENV)/installed-dev ## How much of the code the tests on SQLite run
	$(ON_SQLITE) $(IN)/pytest -n auto -m "not processes and not browser" \
	  --cov=orderflow_bridge --cov=exports --cov=imports --cov=soapapi --cov-report=term:skip-covered

lint: $(VENV)/installed-dev ## Style, types, migrations, import contract
	$(IN)/ruff check .
	$(IN)/ruff format --check .
	$(IN)/mypy
	$(ON_SQLITE) $(IN)/python manage.py makemigrations --check --dry-run
	$(IN)/lint-imports

format: $(VENV)/installed-dev ## Sort imports and format
	$(IN)/ruff check --fix .
	$(IN)/ruff format .

docs: $(VENV)/installed-dev ## Build the pages of docs/ into var/docs; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(IN)/mkdocs build --strict --quiet

bench: $(VENV)/installed ## What is measured, and how (benchmarks/README.md)
	@sed -n '1,40p' benchmarks/README.md

figures: $(VENV)/installed-dev ## Count the house: rooms, lines, files on a journey, citations
	@$(ON_SQLITE) BRIDGE_LOG_LEVEL=ERROR $(IN)/python -m tests.count_house $(FIGURES)

screenshots: $(VENV)/installed-dev ## Take the pictures of docs/ anew, with the Chromium of this machine
	$(ON_SQLITE) $(IN)/python -m tests.browser.screenshots

theme: $(VENV)/installed-dev ## Cut what our pages use out of unfold's styles and icons anew
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PIP) --no-deps --target "$$folder" -r tests/theme.lock; \
	PYTHONPATH="$$folder" $(IN)/python -m tests.theme styles icons

messages: $(VENV)/installed-dev ## Bring the catalogues of translations up to date with the texts
	@$(ON_SQLITE) $(IN)/python -m tests.messages update

third-party: $(VENV)/installed-dev ## Write docs/third-party.md from the lock file
	@$(ON_SQLITE) $(IN)/python -m tests.third_party

lock: ## Choose the newest allowed versions and write them, with hashes, to the three lock files
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PYTHON) -m pip --disable-pip-version-check install --quiet --target "$$folder" uv; \
	compile() { "$$folder/bin/uv" pip compile pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-strip-extras --no-header --no-emit-index-url --no-annotate --quiet $(UPGRADE) "$$@"; }; \
	compile -o requirements.lock; \
	compile --all-extras --constraint requirements.lock -o requirements-extras.lock; \
	compile --all-extras --group dev --constraint requirements-extras.lock -o requirements-dev.lock

$(VENV)/installed: $(VENV)/bin/pip $(LOCK)
	$(PIP) -r $(LOCK)
	@touch $@

$(VENV)/installed-dev: $(VENV)/bin/pip requirements-dev.lock tests/restapi/my-magento.lock
	$(PIP) -r requirements-dev.lock
	$(PIP) --no-deps --upgrade --target $(VENV)/my-magento -r tests/restapi/my-magento.lock
	@touch $@ $(VENV)/installed

# Those of npm are left out where there is no Node; their tests say so.
$(VENV)/installed-clients: $(VENV)/installed-dev tests/restapi/oauth-clients.lock \
  tests/restapi/npm/package-lock.json
	$(PIP) --no-deps --upgrade --target $(VENV)/oauth-clients -r tests/restapi/oauth-clients.lock
	@if command -v npm >/dev/null; then mkdir -p $(VENV)/npm && cp tests/restapi/npm/package*.json $(VENV)/npm && \
	  (cd $(VENV)/npm && npm ci --ignore-scripts --no-audit --no-fund --silent); \
	  else echo "There is no npm here: its clients are left out."; fi
	@touch $@

# Debian's python3 has no ensurepip and lets nobody install into itself, but its pip can fill a
# virtual environment from outside.
$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' || { \
	  echo "Python 3.11 to 3.14 is needed; $(or $(PYTHON),python3) is another version or missing." \
	       "Name the right one: make run PYTHON=/path/to/python3.13" >&2; exit 1; }
	@echo "Building the environment in $(VENV) …"
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv --clear $(VENV); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --clear --without-pip $(VENV); \
	  $(PYTHON) -m pip --disable-pip-version-check --python $(VENV)/bin/python install --quiet pip; \
	else echo "pip is needed: apt-get install python3-pip" >&2; exit 1; fi
