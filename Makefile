# Two commands: `make run` and `make test`. Programs of .venv are always called as modules: their own first lines break
# when the folder's name has a space in it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Each start of Python would compile everything anew: half of the time that a start takes.
unexport PYTHONDONTWRITEBYTECODE
# Counting which lines run takes a third of the time of the tests: where that is short, only what they find counts.
COUNTED := $(if $(CI),,--cov --cov-report term)
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 $(ARGS)

.PHONY: help run demo test controls lint types browser screenshots lock messages bench faults fuzz ready ready-dev

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

ready: ; @sh .ci/venv requirements.txt
ready-dev: ; @sh .ci/venv requirements-dev.txt

run: ready ## install what is needed, serve the register at http://127.0.0.1:8000/ (PORT=… RELATIONS_HOME=…)
	@LOG_LEVEL=$${LOG_LEVEL:-WARNING} exec $(PY) manage.py up

demo: ready ## the same with demonstration people, organizations, statuses and evidence, marked as such
	@LOG_LEVEL=$${LOG_LEVEL:-WARNING} exec $(PY) manage.py up --demo

test: ready-dev ## the whole suite, on the embedded servers or on DATABASE_URL and REDIS_URL
	@$(PY) -m pytest --numprocesses 2 --dist worksteal $(COUNTED) -m "not control" $(ARGS)

controls: ready-dev ## whether the tests would notice: guards of history are taken out, and tests have to fail
	@$(PY) -m pytest -m control $(ARGS)

browser: ready-dev ## only what drives a real browser
	@$(PY) -m pytest -m browser $(ARGS)

screenshots: ready-dev ## draw the pictures of the documentation anew
	@$(PY) -m pytest tests/browser/screenshots.py $(ARGS)

lint: ready-dev ## style of code, floors of the house, templates, migrations, messages
	@sh .ci/lint

types: ready-dev ## mypy --strict
	@$(PY) -m mypy

lock: ready-dev ## pin what pyproject.toml asks for, with hashes (ARGS=--upgrade for newer ones)
	@$(LOCK) --extra embedded -o requirements.txt pyproject.toml
	@$(LOCK) --extra embedded --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
	@$(LOCK) --group fuzz -o requirements-fuzz.txt

messages: ready-dev ## collect what is to be translated, and compile what is
	@$(PY) manage.py makemessages --locale ru --no-wrap --no-location --no-obsolete --ignore '.venv*' --ignore 'var/*' --ignore 'tests/*' --ignore 'bench/*' && $(PY) manage.py compilemessages --locale ru --ignore '.venv*'

bench: ready-dev ## figures, as ratios to what the machine can do
	@$(PY) -m bench $(ARGS)

fuzz: ready-dev ## the API's document against a real server: 20,000 cases as each role and as nobody (CASES=… SEED=… ROLES=…)
	@sh .ci/venv requirements-fuzz.txt .venv-fuzz
	@$(PY) -m tests.fuzz

faults: ready-dev ## ten thousand random acts and whether the past is what was said then; ten thousand digests and twenty kills (STEPS=… RECIPIENTS=… KILLS=… SEED=…)
	@STEPS=$${STEPS:-10000} RECIPIENTS=$${RECIPIENTS:-10000} KILLS=$${KILLS:-20} $(PY) -m pytest tests/faults -q $(ARGS)
