#!/usr/bin/env bash
# Writes the locked dependencies: names, versions and hashes, no addresses, so that any mirror serves them.
# DuckDB stays below 2 here: 2.0.0 prints leak reports of its binding at exit. Both ends of the range are tested.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
lock() {
  "$uv" pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 "${@:2}" pyproject.toml -o "$1"
}
lock locks/dev.txt --constraint <(echo "duckdb<2") --extra serve --extra postgres --extra spark --extra road --extra statistics --extra forecast --group test --group lint --group docs
lock locks/core.txt --constraint <(grep -E '^[a-z].*==' locks/dev.txt | sed 's/ *[\\].*//') --extra serve --extra road
