SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
export NO_MKDOCS_2_WARNING := 1

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本：make PYTHON=python3.12 … / Python 3.11 or later is needed"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check uv

# What a user needs; `.venv/dev` adds what the tests, the docs and Spark need.
.venv/core: locks/core.txt pyproject.toml | .venv/bin/uv
	.venv/bin/uv pip install --quiet --python $(PY) --require-hashes --compile-bytecode -r locks/core.txt
	.venv/bin/uv pip install --quiet --python $(PY) --no-deps --editable .
	$(PY) -m compileall -q src/tanheng
	touch $@

.venv/dev: locks/dev.txt .venv/core
	.venv/bin/uv pip install --quiet --python $(PY) --require-hashes --compile-bytecode -r locks/dev.txt
	touch $@

.PHONY: demo web web-types test test-all bench bench-platform lint types contract unit engines docs examples lock clean

# The web application, built into the package; without Node the server says how to build it.
web/node_modules: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

web: web-types  ## builds the web application into src/tanheng/serve/static
	cd web && npm run build

web-types: .venv/core web/node_modules  ## types of the API for the web application, from its OpenAPI
	$(PY) web/schema.py

demo: .venv/core  ## environment, install, the main job on real data
	@command -v npm >/dev/null && $(MAKE) --no-print-directory web || echo "没有 npm（Node 20+），跳过网页构建 / no npm (Node 20+): the web application is not built"
	.venv/bin/tanheng demo

test: .venv/dev  ## everything CI needs
	tools/test.sh

test-all: .venv/dev  ## with the slow suites
	tools/test.sh --all

bench: .venv/dev  ## benchmarks, side by side with the alternatives; writes benchmarks/RESULTS.md
	.venv/bin/python benchmarks/run.py

bench-platform: .venv/dev  ## the server and the pages; writes benchmarks/PLATFORM.md
	.venv/bin/python benchmarks/server.py

lint: .venv/dev
	.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: .venv/dev
	.venv/bin/mypy

contract: .venv/dev
	.venv/bin/lint-imports

docs: .venv/dev
	.venv/bin/mkdocs build --strict

lock: .venv/dev
	tools/lock.sh

clean:
	rm -rf .venv web/node_modules src/tanheng/serve/static site build dist tanheng-demo
