# Every target makes its own environment first: a machine with Python 3.11, make and git needs nothing before it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON_BIN := .venv/bin/python
# The theme's banner about its successor is no warning of this build.
MKDOCS := NO_MKDOCS_2_WARNING=1 $(PYTHON_BIN) -m mkdocs
ARGS ?=
MINUTES ?= 5
# One more than there are cores: many tests wait for servers, mails and the clock. In the order of their names the files
# with few and long tests (crash, e2e) come first, and no worker is left alone with one at the end.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
SIDE_BY_SIDE := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.PHONY: help demo test e2e check bench docs fuzz web screenshots lock bootstrap

help: ## show this list
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

bootstrap: ## make .venv as uv.lock says (all other targets do it, too)
	@scripts/bootstrap.sh

demo: bootstrap web ## run the web shop: import, publish, replay, report (ARGS=--once stops at the end)
	@$(PYTHON_BIN) -m demo.run $(ARGS)

test: bootstrap web ## run the tests (ARGS="-k word" for some of them)
	@scripts/web.sh npm test --silent
	@scripts/chromium.sh
	@scripts/postfix.sh
	@$(PYTHON_BIN) -m pytest $(SIDE_BY_SIDE) $(ARGS)

e2e: bootstrap web ## run the studio's tests in a real browser alone (make test runs them, too)
	@scripts/chromium.sh
	@$(PYTHON_BIN) -m pytest $(SIDE_BY_SIDE) tests/e2e/studio $(ARGS)

check: bootstrap ## format, lint, types, import layers, generated files, the studio's code, links of the docs
	@$(PYTHON_BIN) -m ruff format --check .
	@$(PYTHON_BIN) -m ruff check .
	@$(PYTHON_BIN) -m mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/uv lock --check --offline --quiet 2>/dev/null || { echo 'uv.lock is not current with pyproject.toml: run make lock' >&2; exit 1; }
	@$(PYTHON_BIN) scripts/generated.py --check
	@scripts/web.sh npm run check --silent
	@$(PYTHON_BIN) scripts/web_types.py --check
	@$(MKDOCS) build --strict --site-dir .cache/site # not --quiet: warnings would not count

bench: bootstrap ## measure the speed, as ratios against a ceiling of the same run (ARGS="--help" for sizes)
	@$(PYTHON_BIN) -m bench.run $(ARGS)

docs: bootstrap ## build the documentation into site/
	@$(MKDOCS) build --strict $(ARGS)

fuzz: bootstrap ## fuzz each reader for MINUTES (default 5), then run the property tests for long
	@FUZZ_MINUTES=$(MINUTES) $(PYTHON_BIN) -m pytest tests/fuzz --timeout=0 $(ARGS)
	@HYPOTHESIS_PROFILE=fuzz $(PYTHON_BIN) -m pytest tests/property --timeout=3600 $(ARGS)

web: bootstrap ## build the studio (quick when nothing changed)
	@scripts/web.sh build

screenshots: bootstrap web ## take the tour's pictures of the studio on the demo shop (ARGS="--eyes DIR": every page)
	@scripts/chromium.sh
	@$(PYTHON_BIN) scripts/screenshots.py $(ARGS)

lock: bootstrap ## bring uv.lock up to date with pyproject.toml
	@env -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS .venv/bin/uv lock --no-config $(ARGS)
