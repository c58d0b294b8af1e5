# Every target but `setup` is a command of `genrelab`, so the course works where make is missing (see README.md).
CORPUS ?= $(or $(GENRELAB_CORPUS),synthetic)
# An extra package index for those who want another build of torch, such as a CPU-only one.
TORCH_INDEX ?=

export OMP_WAIT_POLICY := PASSIVE
export PYTHONHASHSEED := 0

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
GENRELAB := $(BIN)/genrelab
# A value as one word of the shell, whatever is in it.
quoted = '$(subst ','\'',$(1))'
READY := .venv/ready

# Whether a Python fits the lock (its range is that of pyproject.toml) and can make a virtual environment.
FITS = -c 'import sys, venv, ensurepip; sys.exit(not (3, 11, 5) <= sys.version_info[:3] < (3, 14))' 2>/dev/null
# The newest that fits.
FIND_PYTHON = for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python $(FITS) && echo $$python && break; done

.PHONY: help setup check corpus lab edit report reference slides handout warm exercises test test-all test-browser bench lint sync update clean
.DEFAULT_GOAL := help

help:
	@echo "make setup         make .venv from requirements.lock (the other targets do it when it is missing)"
	@echo "make check         is this machine ready?"
	@echo "make corpus        what a corpus holds, and what is wrong with it"
	@echo "make lab           open the course in JupyterLab (copies of the notebooks, in work/)"
	@echo "make edit          open the sources of the notebooks"
	@echo "make report        run all notebooks and build the offline site"
	@echo "make reference     the full run: all experiments of the papers, then the notebooks"
	@echo "make slides        build the decks for a seminar"
	@echo "make handout       zip what students and teachers take home"
	@echo "make warm PART=1   the day before: all that deck 1 needs, made and kept"
	@echo "make exercises     list the exercises"
	@echo "make test          test code and notebooks: the inner loop"
	@echo "make test-all      the slow tests, which make test leaves out"
	@echo "make test-browser  test the built site and JupyterLab in Chromium"
	@echo "make bench         measure against the plain way"
	@echo "make lint          check style, and that nothing generated is behind its source"
	@echo "make sync          write stubs and .ipynb from the .py sources"
	@echo "make update        new versions of packages, all tests, the numbers that moved"
	@echo "make clean         remove built sites"
	@echo
	@echo "check, corpus, lab, report, reference, slides, handout, warm take CORPUS=path/to/music; report takes MINE=path/to/your/music;"
	@echo "lab and edit take BROWSER=none, for a server: they print the address to be opened elsewhere"

setup: $(READY)

$(READY): requirements.lock requirements-alone.lock pyproject.toml
	@if ! $(BIN)/python $(FITS) || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		python=$$($(FIND_PYTHON)); \
		if [ -z "$$python" ]; then echo "No Python from 3.11.5 to 3.13 that can make a virtual environment was found:" \
			"install one (Debian and Ubuntu want python3-venv, too; the Python of Debian 12 is too old)."; exit 1; fi; \
		echo "making .venv with $$python"; $$python -m venv --clear .venv; fi
	@echo "installing torch (some 200 MB on a machine without a GPU; minutes on a slow line)"
	@$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(call quoted,$(TORCH_INDEX))) $$(grep '^torch==' requirements.lock)
	@echo "installing the other $$(grep -c == requirements.lock) packages of requirements.lock (a minute or more)"
	@$(BIN)/python -m pip install --quiet -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps -r requirements-alone.lock --editable .
	@touch $(READY)

check corpus reference slides handout: $(READY)
	@$(GENRELAB) $@ --corpus $(call quoted,$(CORPUS))

lab edit: $(READY)
	@$(GENRELAB) $@ --corpus $(call quoted,$(CORPUS)) $(if $(filter none,$(BROWSER)),--no-browser)

report: $(READY)
	@$(GENRELAB) report --corpus $(call quoted,$(CORPUS)) $(if $(MINE),--mine $(call quoted,$(MINE)))

warm: $(READY)
	@$(GENRELAB) warm $(call quoted,$(or $(PART),1)) --corpus $(call quoted,$(CORPUS))

exercises test test-all test-browser bench lint sync update clean: $(READY)
	@$(GENRELAB) $@
