# make run: the studio on this machine. make test: every tier. Both set up what they need.
PORT ?= 8501
PYTHON ?= $(firstword $(foreach v,3.13 3.12 3.14 3.11,$(shell python$(v) -c 'import sys; print(sys.executable)' 2>/dev/null)) python3)
VENV := .venv
BIN := $(VENV)/bin
QUIETLY := --quiet --disable-pip-version-check --no-compile # what is not imported need not be compiled
HERE := --server.address 127.0.0.1 --server.port $(PORT) --server.headless true --logger.hideWelcomeMessage true

# Each process would compile anew all that it imports where this is set.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run dev test quick check audit datasette gradio check-live coverage format screenshots samples setup clean

run: $(VENV)/ready
	@$(BIN)/python scripts/port.py $(PORT)
	@echo "WeryAI Studio: http://127.0.0.1:$(PORT)  (Ctrl+C stops it; another port: make run PORT=8600)"
	@trap : INT; $(BIN)/streamlit run app.py $(HERE) || test $$? -eq 130 || test $$? -eq 1

dev: $(VENV)/ready  ## as run, and an edited file is taken up at the next click
	@$(BIN)/streamlit run app.py $(HERE) --server.fileWatcherType auto

test: $(VENV)/ready-dev  ## every tier, or some: make test TIERS="unit browser"
	@$(BIN)/python scripts/chromium.py
	@$(BIN)/python -m scripts.tiers $(TIERS)

quick: $(VENV)/ready-dev  ## unit and pages without what is slow, PostgreSQL first of all: for constant use
	@$(BIN)/python -m pytest -n 3 --dist loadfile -q -m "not slow" --hypothesis-profile quick \
		tests/unit tests/pages tests/test_layers.py

coverage: $(VENV)/ready-dev  ## what no test runs, by branches
	@$(BIN)/python -m pytest -n 2 -q tests/unit tests/flows tests/pages --cov=studio --cov=sandbox --cov-branch \
		--cov-report=term-missing:skip-covered

check: $(VENV)/ready-dev  ## style and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

audit: $(VENV)/ready  ## known holes in the packages, as the advisories of PyPI have them
	@test -x $(VENV)/audit/bin/pip-audit || $(BIN)/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	@$(VENV)/audit/bin/pip-audit --requirement requirements.txt

datasette: $(VENV)/ready-dev  ## what benchmarks.fast_history is measured beside
	@test -x $(VENV)/datasette/bin/datasette || $(BIN)/python -m venv $(VENV)/datasette
	@$(VENV)/datasette/bin/python -m pip install --quiet --disable-pip-version-check datasette==0.65.5

gradio: $(VENV)/ready-dev  ## what benchmarks.gallery_page is measured beside
	@test -x $(VENV)/gradio/bin/gradio || $(BIN)/python -m venv $(VENV)/gradio
	@$(VENV)/gradio/bin/python -m pip install --quiet --disable-pip-version-check gradio==6.31.0

check-live: $(VENV)/ready  ## where WeryAI differs from what is documented; with SPEND=yes also one image and one video
	@$(BIN)/python -m scripts.check_live

screenshots: $(VENV)/ready-dev  ## the README's pictures anew, and every page in every state into screenshots/
	@$(BIN)/python scripts/chromium.py
	@$(BIN)/python -m scripts.screenshots docs screenshots

samples: $(VENV)/ready-dev  ## the sample pictures of a first visit anew, into components/samples/
	@$(BIN)/python -m scripts.samples

format: $(VENV)/ready-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

setup: $(VENV)/ready-dev

clean:
	rm -rf $(VENV)

$(VENV)/ready: requirements.txt
	@sh scripts/venv.sh "$(PYTHON)" $(VENV)
	@$(BIN)/python -m pip install $(QUIETLY) -r requirements.txt
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@$(BIN)/python -m pip install $(QUIETLY) -r requirements-dev.txt
	@touch $@
