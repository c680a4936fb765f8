# make run · make test · make check · make bench [ONLY=prefix]
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PORT ?= 8000
export PORT

.PHONY: run test check bench setup lock clean

run: setup
	@exec $(BIN)/bihuan run

setup:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (python3)."; exit 2; }
	@$(PYTHON) tools/setup.py

test: setup
	@$(BIN)/python tools/test_needs.py
	@$(BIN)/python -m pytest $(ARGS)

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy bihuan
	@$(BIN)/python -m pytest -q -p no:randomly -n0 tests/architecture

bench: setup
	@$(BIN)/python -m bench $(ONLY)

lock: setup
	@$(BIN)/pip install -q -e . --group dev --upgrade
	@$(BIN)/pip freeze --exclude-editable > requirements.lock
	@cd frontend && npm install --package-lock-only

clean:
	rm -rf .venv frontend/node_modules bihuan/web/static/dist
