SHELL := /bin/bash
PY := .venv/bin/python

.venv/installed: locks/dev.txt pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check uv
	.venv/bin/uv pip sync --quiet --python $(PY) --require-hashes --compile-bytecode locks/dev.txt
	.venv/bin/uv pip install --quiet --python $(PY) --no-deps --editable .
	$(PY) -m compileall -q src/tanheng
	touch $@

.PHONY: demo test test-all bench lint types contract unit engines docs examples lock clean

demo: .venv/installed  ## environment, install, the main job on real data
	.venv/bin/tanheng demo

test: .venv/installed  ## everything CI needs
	tools/test.sh

test-all: .venv/installed  ## with the slow suites
	tools/test.sh --all

bench: .venv/installed  ## benchmarks, side by side with the alternatives; writes benchmarks/RESULTS.md
	.venv/bin/python benchmarks/run.py

lint: .venv/installed
	.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: .venv/installed
	.venv/bin/mypy

contract: .venv/installed
	.venv/bin/lint-imports

docs: .venv/installed
	.venv/bin/mkdocs build --strict

lock: .venv/installed
	tools/lock.sh

clean:
	rm -rf .venv site build dist tanheng-demo
