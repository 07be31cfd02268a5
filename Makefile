# `make test` and `make demo` need python3 (3.11 or newer) and make; the rest comes from PyPI into .venv here.

PYTHON ?= python3
# Test processes side by side; 0 runs all in one.
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
DEMO := build/tiercel-demo

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-long bench figures lint check format build clean

help:
	@echo 'make demo       write a sample company to $(DEMO) and show its statements / 演示'
	@echo 'make test       the tests / 测试'
	@echo 'make test-long  the tests, slow ones too / 全部测试，含耗时的'
	@echo 'make bench      speed as ratios to hand-written code / 速度对比'
	@echo 'make figures    how mistakes are placed and cured, how quick checking is / 诊断与检查的指标'
	@echo 'make check      format, lint, types, import layers, tests / 全部检查'
	@echo 'make format     put the code in the one format / 统一格式'
	@echo 'make build      source archive and wheel into dist / 打包'
	@echo 'make clean      remove what was built; .venv stays / 清理'

demo: $(VENV)/.test
	@rm -rf $(DEMO)
	@mkdir -p $(dir $(DEMO))
	@$(BIN)/tiercel demo $(DEMO)

test: $(VENV)/.test
	$(BIN)/pytest -q -n $(WORKERS)

# The last -m counts: an empty one takes back "not long".
test-long: $(VENV)/.test
	$(BIN)/pytest -q -n $(WORKERS) -m ''

bench: $(VENV)/.test
	$(BIN)/python tests/benchmarks/bench.py

figures: $(VENV)/.test
	$(BIN)/python tests/mistakes/judge.py
	@echo
	$(BIN)/python tests/benchmarks/checking.py 500 $(BIN)/tiercel

lint: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-logo

check: lint test

format: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

build: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build

clean:
	rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find dsl engine tests examples -name __pycache__ -prune -exec rm -rf {} +

# ---------------------------------------------------------------- the virtual environment

# Stamps: an environment is made once and brought up to date when pyproject.toml changes. One whose Python is
# gone, as after an upgrade of the system, is made anew.
$(shell test -x $(BIN)/python || rm -rf $(VENV))
$(VENV)/.test $(VENV)/.dev: $(VENV)/.%: pyproject.toml | $(BIN)/python
	@echo 'Installing into $(VENV) / 正在安装到 $(VENV)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

# Debian parts venv from Python. Without it, an installed pip or virtualenv will do.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Tiercel needs Python 3.11 or newer; name one with make PYTHON=...'; \
	  echo 'Tiercel 需要 Python 3.11 或更新版本，可用 make PYTHON=... 指定。'; exit 1; } >&2
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
	|| { $(PYTHON) -m venv --clear --without-pip $(VENV) \
	     && $(PYTHON) -m pip --quiet --python $(BIN)/python install pip; } >/dev/null 2>&1 \
	|| $(PYTHON) -m virtualenv --quiet --clear $(VENV) >/dev/null 2>&1 \
	|| { rm -rf $(VENV); \
	  echo 'This Python cannot make a virtual environment; on Debian or Ubuntu: apt-get install python3-venv'; \
	  echo '此 Python 无法创建虚拟环境；Debian 或 Ubuntu 上请先运行：apt-get install python3-venv'; exit 1; } >&2
