# make run [PORT=8000] [MAIL_PORT=2525] [DATABASE_URL=…] [SMTP_URL=…] · make test [ARGS=…] · make check · make bench [ONLY=prefix]
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

.PHONY: run setup test check format bench screenshots lock clean

run: setup
	@exec $(BIN)/bihuan run

setup:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (python3)." >&2; exit 2; }
	@$(PYTHON) tools/setup.py

test: setup
	@$(BIN)/python tools/test_needs.py
	@env -u DATABASE_URL $(BIN)/python -m pytest $(ARGS)

check: setup
	@$(BIN)/ruff format --check --quiet . || { echo "make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache >var/imports.log || { cat var/imports.log; exit 1; }
	@$(BIN)/mypy --no-error-summary bihuan tests bench tools
	@cd frontend && PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent check
	@$(BIN)/python -m pytest -p no:randomly -n0 tests/architecture

format: setup
	@$(BIN)/ruff check --quiet --fix-only --unfixable RUF100 .
	@$(BIN)/ruff format .

bench: setup
	@$(BIN)/bihuan bench $(if $(ONLY),--only $(ONLY))

# The pictures of the README and the handbook, taken by the tests.
screenshots: setup
	@$(BIN)/python tools/test_needs.py
	@env -u DATABASE_URL $(BIN)/python -m pytest -n0 tests/e2e/test_look.py tests/e2e/test_whole_day.py
	@mkdir -p docs/screenshots
	@for each in issue step list position progress-phone issue-phone; do cp var/screenshots/$$each.png docs/screenshots/; done
	@mkdir -p docs/handbook/pictures
	@for each in var/screenshots/handbook-*.png; do cp "$$each" "docs/handbook/pictures/$${each#var/screenshots/handbook-}"; done

# Newest versions that pyproject.toml allows, written down exactly: names and versions, nothing else (ADR 0002).
lock: setup
	@$(BIN)/python tools/lock.py
	@cd frontend && PATH="$$PATH:$(CURDIR)/$(BIN)" npm install --package-lock-only --no-audit --no-fund

clean:
	rm -rf .venv frontend/node_modules bihuan/web/static/dist
	find bihuan -name '*.mo' -delete
