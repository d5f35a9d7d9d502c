# Everything a fresh machine needs is Python 3.11+ and make: the rest is set up in .venv.
PYTHON ?= python3
BIN := .venv/bin
# Tests start hundreds of Pythons; where bytecode may not be kept, each compiles all that it loads.
export PYTHONDONTWRITEBYTECODE :=
# Faster than pip by a factor of ten on this lock file; pip itself only brings it in, and the build's own needs.
# System certificates, for networks that look into what is fetched.
UV := $(BIN)/python -m uv --system-certs

# Tests make thousands of small databases, and each write to one is made durable: in memory, where it has 4 GB free.
IN_MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "/dev/shm"}')
test check slow host fleet browser pictures chaos apertium docs: export TMPDIR := $(or $(IN_MEMORY),$(TMPDIR),/tmp)

# What fleet, browser and docs need and no wheel brings: a command, and Debian's package that has it.
DEBIAN := chromium:chromium redis-server:redis-server pgbouncer:pgbouncer rclone:rclone sqlite3:sqlite3

# Ends a line that has said which of Debian's packages are `missing`.
define install_missing
if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
		else echo "These tests need:$$missing. Install them, for instance by: sudo apt-get install$$missing" >&2; exit 1; fi; \
	fi
endef

.PHONY: run ui test check slow host fleet browser pictures chaos apertium fuzz bench build wheel site docs reference lint lock audit licences clean

run: .venv/.run
	$(BIN)/langassets demo --if-empty
	$(BIN)/langassets run all

ui: .venv/.run
	$(BIN)/langassets ui

# Four at once also where there are two cores: some of them wait for real servers. In the order of conftest.py.
test: .venv/.dev
	$(BIN)/python -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder -m "not host and not fleet and not browser and not chaos and not pages and not npm and not apertium and not wheel"

# For the inner loop: linters, and for half a minute the tests that the uncommitted change can break, nearest first.
# Against another commit: make check BASE=main~3
check: export BASE ?= HEAD
check: lint
	$(BIN)/python -m langassets_tests.affected --base $(BASE)

# All that test leaves out, at once: some of it waits while the rest works.
slow: export CHAOS_SEED ?= $(shell date +%s)
slow: .venv/.dev .venv/.debian site build
	$(BIN)/python -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder -m "fleet or browser or chaos or pages or npm or host or wheel"

# A project of others, made by create-dagster from PyPI in a fresh environment, with our component twice.
host: .venv/.dev
	$(BIN)/python -m pytest -q -n 0 -m host

# Several machines: a broker, a connection pooler, everything started twice.
fleet: .venv/.dev .venv/.debian
	$(BIN)/python -m pytest -q -m fleet

# Every page that people look at, in a real browser.
browser: .venv/.dev .venv/.debian
	$(BIN)/python -m pytest -q -m browser

# The same, and what was seen is kept: all of it in .pictures, four of it for the README.
pictures: .venv/.dev .venv/.debian
	$(BIN)/python -m pytest -q -m browser langassets_tests/browser/test_web_ui.py langassets_tests/browser/test_lessons_page.py --pictures .pictures
	cp .pictures/lineage-light.png docs/images/lineage.png
	cp .pictures/overview-light.png docs/images/overview.png
	cp .pictures/lesson-dark.png docs/images/lesson.png
	cp .pictures/frequent_language_tier-chart-dark.png docs/images/tier.png

# Faults of every kind, drawn anew each time. To have a failure again: make chaos CHAOS_SEED=… ; longer: CHAOS_ROUNDS=500
chaos: export CHAOS_SEED ?= $(shell date +%s)
chaos: .venv/.dev
	@echo "CHAOS_SEED=$(CHAOS_SEED)"
	$(BIN)/python -m pytest -q -n 2 --dist loadscope -m chaos

# A machine translation engine instead of a model: which of its translations the checks refuse, and what of real
# lessons is delivered in one run.
apertium: .venv/.dev .venv/.apertium
	$(BIN)/python -m pytest -q -s -m apertium

# Writes docs/benchmarks.md, its chart and benchmarks/results anew: some eight minutes on an idle machine.
bench: .venv/.dev
	$(BIN)/python -m benchmarks

# What is released, in dist/: the sdist, and the wheel that is made from it; checked, and tried where there is no clone.
wheel: build
	$(BIN)/python -m pytest -q -m wheel langassets_tests/test_wheel.py

build: .venv/.dev
	rm -rf dist
	$(UV) build --quiet --no-build-isolation --out-dir dist

# A minute for each kind of input; guided by coverage where atheris is installed.
fuzz: .venv/.dev
	$(BIN)/python -m langassets_tests.fuzz --seconds 60

# The site; docs runs every command that a page shows, too. Not --quiet: with it, MkDocs does not see the warnings
# that --strict is to stop at.
site: .venv/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --clean

docs: site
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m pages

# What the pages say of settings and commands, made from the program; a test fails where they differ.
reference: .venv/.dev
	$(BIN)/python -m langassets_tests.docs.reference

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Resolved for every platform and Python from 3.11 on, with hashes; run after a change in pyproject.toml.
lock: .venv/.uv
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --extra gemini pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --extra gemini --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --all-extras pyproject.toml -c requirements-dev.lock -o deploy/requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group image-build -c requirements-dev.lock -o deploy/requirements-build.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group setup -c requirements-dev.lock -o requirements-setup.lock

# Known vulnerabilities in what is locked. What nothing is known of fails it too: no data is no good news.
audit: .venv/.dev
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r deploy/requirements.lock

# The list of licences in docs/; a test fails where it is not that of the lock file.
licences: .venv/.dev
	$(BIN)/python -m langassets_tests.security.licences > docs/licences.md

.venv/.uv: requirements-setup.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "langassets needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": name another with make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock
	touch $@

.venv/.run: .venv/.uv requirements.lock pyproject.toml
	$(UV) pip install --quiet --require-hashes -r requirements.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(UV) pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# Debian keeps servers in /usr/sbin, which is not on everybody's PATH.
.venv/.debian: export PATH := $(PATH):/usr/sbin
.venv/.debian: .venv/.uv
	@missing=; for each in $(DEBIAN); do command -v "$${each%%:*}" >/dev/null || missing="$$missing $${each##*:}"; done; \
	$(install_missing)
	touch $@

.venv/.apertium: .venv/.uv
	@missing=; for mode in eng-spa eng-cat; do [ -e /usr/share/apertium/modes/$$mode.mode ] || missing="$$missing apertium-$$mode"; done; \
	command -v apertium >/dev/null || missing="$$missing apertium"; \
	$(install_missing)
	touch $@

clean:
	rm -rf .venv .dagster/* .langassets
