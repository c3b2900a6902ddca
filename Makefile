# make run: the studio on this machine. make test: every tier. Both set up what they need.
PORT ?= 8501
PYTHON ?= $(firstword $(foreach v,3.13 3.12 3.14 3.11,$(shell python$(v) -c 'import sys; print(sys.executable)' 2>/dev/null)) python3)
VENV := .venv
BIN := $(VENV)/bin
HERE := --server.address 127.0.0.1 --server.port $(PORT) --server.headless true --logger.hideWelcomeMessage true

.PHONY: run dev test check check-live coverage format screenshots setup clean

run: $(VENV)/ready
	@$(BIN)/python scripts/port.py $(PORT)
	@echo "WeryAI Studio: http://127.0.0.1:$(PORT)  (Ctrl+C stops it; another port: make run PORT=8600)"
	@trap : INT; $(BIN)/streamlit run app.py $(HERE) || test $$? -eq 130 || test $$? -eq 1

dev: $(VENV)/ready  ## as run, and an edited file is taken up at the next click
	@$(BIN)/streamlit run app.py $(HERE) --server.fileWatcherType auto

test: $(VENV)/ready-dev
	@$(BIN)/python scripts/chromium.py
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(TESTS)

coverage: $(VENV)/ready-dev  ## what no test runs, by branches
	@$(BIN)/python -m pytest -n 2 -q tests/unit tests/contract tests/pages --cov=studio --cov=sandbox --cov-branch \
		--cov-report=term-missing:skip-covered

check: $(VENV)/ready-dev  ## style and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy studio sandbox components

check-live: $(VENV)/ready  ## where WeryAI differs from what is documented; with SPEND=yes also one image and one video
	@$(BIN)/python -m scripts.check_live

screenshots: $(VENV)/ready-dev  ## the README's pictures anew, and every page in every state into screenshots/
	@$(BIN)/python scripts/chromium.py
	@$(BIN)/python -m scripts.screenshots docs screenshots

format: $(VENV)/ready-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

setup: $(VENV)/ready-dev

clean:
	rm -rf $(VENV)

$(VENV)/ready: requirements.txt
	@sh scripts/venv.sh "$(PYTHON)" $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
