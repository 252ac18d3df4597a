SHELL := /bin/bash
PY := .venv/bin/python

.venv/installed: locks/dev.txt pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check uv
	.venv/bin/uv pip sync --quiet --python $(PY) --require-hashes locks/dev.txt
	.venv/bin/uv pip install --quiet --python $(PY) --no-deps --editable .
	touch $@
