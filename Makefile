# The whole user interface: `make` lists the targets. Each sets up what it needs, once (stamp files), and says what it is doing.

STUDY ?= published
SEEDS ?=
MODELS ?=
WORKERS ?=
FRESH ?=
NOTEBOOK ?=
DIR ?= .
PAGE ?=
PARAMS ?=
PROFILE ?= local
BATCH ?= 10
TARGET ?= all
# what stands in for the published study has a folder of its own; all others lie beside it, notebooks and figures show them all
ifeq ($(STUDY),smoke)
OUT ?= build/smoke
endif

# what runs, tables and checks are about
export DMS_NTM_STUDY := $(STUDY)
export DMS_NTM_OUT := $(OUT)
export DMS_NTM_SEEDS := $(SEEDS)
export DMS_NTM_FRESH := $(FRESH)
export NOTEBOOK
# Node keeps here what it compiled of packages, which saves each process a quarter of a second
export NODE_COMPILE_CACHE ?= $(CURDIR)/build/node
# relative names, so that a folder with a space in its path works
PYTHON := .venv/bin/python
NODE := .venv/node-bin/node --no-deprecation
DMS := $(NODE) lib/dist/src/cli/main.js
LIB_SOURCES := $(shell find capture/src capture/test lib/src lib/test -name '*.ts' 2>/dev/null)

# Stamps that no longer tell the truth are taken away: .venv holds absolute paths, so a moved folder makes it anew (10 s); the TensorFlow
# runtime lies in a cache outside, which somebody may have cleared.
STALE := $(shell { [ -x .venv/bin/python ] && [ "$$(cat .venv/root 2>/dev/null)" = "$$(pwd -P)" ]; } || rm -f .venv/.ready .venv/.kernel .venv-cluster/.ready; \
  { [ -e node_modules/@tensorflow/tfjs-node/deps/lib ] && ls node_modules/@tensorflow/tfjs-node/lib/*/tfjs_binding.node >/dev/null 2>&1; } || \
  rm -f node_modules/.tensorflow)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup repair lab data reproduce study notebooks results check results-page reference weights degeneracy docs licences test \
  test-pack test-faults audit tensorflow project kernel unit unit-python unit-node lint fix bench bench-peers lock clean distclean test-lab site test-site tidy run \
  cluster-setup cluster test-cluster

help:
	@echo "make reproduce   set up everything, make the data, train the models, execute the notebooks, write figures/ and the result table"
	@echo "make test        set up everything, run linter, unit tests and the headless notebook smoke test"
	@echo "make lab         open JupyterLab on the notebooks (DIR=../my-project: on another folder)"
	@echo "make project     INTO=../my-project: a folder of your own made ready for notebooks with this library"
	@echo "make test-faults what goes wrong is made to go wrong: kills, full disks, damaged files, long runs (40 minutes)"
	@echo "make test-lab    every notebook in a real JupyterLab in Chromium (NOTEBOOK=02-models: one of them)"
	@echo "make cluster     a study by Snakemake, job by job, on this machine or (PROFILE=slurm) on a cluster (make test-cluster tries it)"
	@echo "make site        static pages of notebooks and guide to share, into build/site (make test-site looks at them in Chromium)"
	@echo "make run         one notebook with parameters: NOTEBOOK=03-training SEEDS=3 PARAMS=\"-p epochs 5\", into build/run"
	@echo
	@echo "parts:           setup repair data study notebooks results unit lint fix bench (bench-peers installs JAX and PyTorch to compare with)"
	@echo "for maintainers: audit licences docs reference (keep this machine's records as the committed ones) weights degeneracy results-page tidy lock clean distclean (this machine's runs too)"
	@echo "options:         STUDY=smoke (everything once, in some four minutes, into build/smoke) SEEDS=5 MODELS=gru,ntm WORKERS=2"
	@echo "studies:         make study STUDY=sound (or draws, clipped, accuracy, range, focus, focus-long, long, reach, rates, step-rates, learning-time, carry, paper-size, ntm-paper; hours; it goes on where it stopped, or the committed"
	@echo "                 records do; FRESH=1: anew), or one part of a study: make study STUDY=range-copy SEEDS=3"

.venv/.ready: requirements.txt scripts/requirements-uv.txt
	@command -v python3 >/dev/null || { echo "setup: python3 is missing: install it (Debian: apt-get install python3 python3-venv)" >&2; exit 1; }
	@python3 -c 'import sys; v = sys.version_info; sys.exit(v < (3, 10) and "setup: Python %d.%d is too old, 3.10 or newer is needed: install a newer python3" % v[:2])'
	@python3 scripts/setup.py python
	@touch $@

node_modules/.ready: package-lock.json package.json capture/package.json lib/package.json | .venv/.ready
	@$(PYTHON) scripts/setup.py node
	@touch $@

node_modules/.tensorflow: node_modules/.ready
	@$(PYTHON) scripts/setup.py tensorflow
	@touch $@

.venv/.kernel: .venv/.ready node_modules/.ready scripts/setup.py
	@$(PYTHON) scripts/setup.py kernel
	@touch $@

lib/dist/.built: node_modules/.ready tsconfig.json capture/tsconfig.json lib/tsconfig.json $(LIB_SOURCES)
	@echo "setup: compiling capture and lib"
	@rm -rf capture/dist lib/dist
	@$(NODE) node_modules/typescript/bin/tsc -b
	@touch $@

setup: node_modules/.tensorflow .venv/.kernel lib/dist/.built

# checks the TensorFlow runtime against its checksums, fetches it anew if need be, and compiles anew
repair:
	@rm -f node_modules/.tensorflow .venv/.kernel lib/dist/.built
	@$(MAKE) --no-print-directory setup

# in containers one is root, and JupyterLab won't start without being told that this is meant; it listens on localhost with its token
lab: setup
	$(PYTHON) -m jupyterlab --notebook-dir="$(DIR)" --ServerApp.ip=localhost $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_FLAGS)

data: setup
	@$(DMS) data

study: data
	@$(DMS) study $(if $(MODELS),--models $(MODELS)) $(if $(WORKERS),--workers $(WORKERS))

# NOTEBOOK="03-training 04-results": these alone
notebooks: study
	@$(PYTHON) scripts/run_notebooks.py $(if $(OUT),--into "$(OUT)/notebooks") $$NOTEBOOK

# these two train nothing: they are about the runs that are there
results: setup
	@$(DMS) results

# numbers beside those that they should be; a run for a part of the models or seeds is compared as far as it goes
check: results
	@$(DMS) check $(if $(MODELS),--models $(MODELS))

reproduce: notebooks
	@$(MAKE) --no-print-directory check

reference: results
	@$(DMS) reference
	@$(DMS) results-page

weights: setup
	@$(DMS) weights

degeneracy: setup
	@$(DMS) degeneracy
	@$(DMS) results-page

results-page: setup
	@$(DMS) results-page

docs: lib/dist/.built
	@echo "docs: the reference of the library's functions and types, from their docstrings, into docs/ (guide, results.md, long-range.md and checks.md are no part of it)"
	@rm -f $(filter-out docs/results.md docs/long-range.md docs/checks.md,$(wildcard docs/*.md))
	@$(NODE) node_modules/typedoc/bin/typedoc --logLevel Warn

# notebooks that were saved by another Jupyter than this project's
tidy: setup
	@$(PYTHON) scripts/run_notebooks.py --tidy

# one notebook with parameters, e.g. make run NOTEBOOK=03-training SEEDS=3 PARAMS="-p epochs 5"; the committed one and figures/ stay
RUN := $(or $(OUT),build/run/$(NOTEBOOK))
run: setup
	@DMS_NTM_OUT="$(RUN)" $(PYTHON) scripts/run_notebook.py "$$NOTEBOOK" "$(RUN)" $(if $(SEEDS),-p seeds $(SEEDS)) $(PARAMS)

# side by side, for those of the kernel take one core at most
unit: setup
	@$(MAKE) --no-print-directory -j2 unit-python unit-node

unit-python: setup
	@cd cluster && ../$(PYTHON) -m unittest -q test_plan
	@$(PYTHON) -m unittest -q scripts/jupyter/test_jupyter.py scripts/jupyter/test_cells.py scripts/jupyter/test_kernel.py

unit-node: setup
	@$(NODE) --enable-source-maps --test --test-concurrency=$$(nproc) --test-reporter=spec "capture/dist/test/**/*.test.js" "lib/dist/test/**/*.test.js"

lint: node_modules/.ready
	@$(NODE) node_modules/@biomejs/biome/bin/biome check .

fix: node_modules/.ready
	@$(NODE) node_modules/@biomejs/biome/bin/biome check --write .

test: lint unit
	@DMS_NTM_OUT=build/test $(PYTHON) scripts/run_notebooks.py --into build/test/notebooks

# the library as others get it: packed, installed into a new folder, used from there
test-pack: setup
	@$(PYTHON) scripts/test_pack.py
	@$(PYTHON) scripts/test_project.py

# make project INTO=../my-project: all that notebooks with this library need in another folder
project: setup
	@$(PYTHON) scripts/project.py "$(INTO)"

# the TypeScript kernel for the user's own Jupyter and for VS Code; `make lab` doesn't need it
kernel: setup
	@$(PYTHON) scripts/project.py

# make tensorflow INTO=../my-project: the runtime for a project into which the packed library was installed
tensorflow: setup
	@$(PYTHON) scripts/setup.py tensorflow "$(INTO)"

# 40 minutes, of which FAULTS_MINUTES=30 are one long training; PARTS=kill,clock makes some of it
test-faults: data
	@$(NODE) --expose-gc test/faults/main.mjs $(PARTS)

# what the databases of npm and PyPI know of the locked packages; they have to be reachable
audit: .venv/.ready
	@PATH="$(CURDIR)/.venv/node-bin:$$PATH" npm audit; npm=$$?; \
	  .venv/bin/uv tool run --from pip-audit==2.10.1 pip-audit --require-hashes --disable-pip -r requirements.txt -r scripts/requirements-uv.txt && exit $$npm

licences: .venv/.ready
	@$(PYTHON) scripts/licences.py

# a real JupyterLab in a headless Chromium, on copies in build/lab
test-lab: setup
	@$(NODE) test/lab/need-chromium.mjs
	@$(NODE) --test --test-concurrency=1 --test-reporter=spec test/lab/kernel.test.mjs test/lab/pictures.test.mjs \
	  test/lab/layout.test.mjs test/lab/notebooks.test.mjs

# static pages of the notebooks, the guide and the reference, into build/site
site: setup
	@$(NODE) scripts/site/build.mjs

# them in a headless Chromium without a network; PAGE=05-addressing: one of them
test-site: site
	@$(NODE) test/lab/need-chromium.mjs
	@PAGE="$(PAGE)" $(NODE) --test --test-reporter=spec test/lab/site.test.mjs

bench: setup
	@$(DMS) bench

bench-peers: .venv-peers/.ready

.venv-peers/.ready: bench/peers/requirements.txt
	@echo "setup: JAX and PyTorch into .venv-peers (some 6 GB)"
	@python3 -m venv .venv-peers
	@.venv-peers/bin/pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv-cluster/.ready: cluster/requirements.txt | .venv/.ready
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "setup: Python 3.11 or newer is needed for Snakemake")'
	@echo "setup: Snakemake into .venv-cluster (220 MB)"
	@python3 -m venv --clear --without-pip .venv-cluster
	@.venv/bin/uv pip install -q --python .venv-cluster/bin/python --require-hashes -r $<
	@touch $@

# what a study needs to be made by Snakemake, on a laptop or on the machine that submits a cluster's jobs
cluster-setup: setup .venv-cluster/.ready

# make cluster STUDY=range PROFILE=slurm: by another machine's scheduler; STUDY=my-study.cjs: one of your own
cluster: cluster-setup
	@python3 cluster/run.py "$(STUDY)" --profile "$(PROFILE)" --target "$(TARGET)" --batch $(BATCH) $(if $(MODELS),--models $(MODELS)) $(SNAKEMAKE_FLAGS)

# Snakemake on one machine (PARTS=quick: a minute; PARTS=quick,local: some of it) and on a real Slurm of two nodes on this one, in a scratch folder, which needs root, slurm-wlm, munge
test-cluster: cluster-setup
	@$(PYTHON) cluster/test_cluster.py $(PARTS)

lock: .venv/.ready
	.venv/bin/uv pip compile -q --universal --python-version 3.10 --generate-hashes --custom-compile-command "make lock" requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" bench/peers/requirements.in -o bench/peers/requirements.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" cluster/requirements.in -o cluster/requirements.txt
	PATH="$(CURDIR)/.venv/node-bin:$$PATH" npm install --package-lock-only --ignore-scripts

clean:
	rm -rf build capture/dist lib/dist

# and what has to be fetched or trained anew
distclean: clean
	rm -rf data/runs
	rm -rf .venv .venv-cluster .venv-peers node_modules
