# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The tasks of developers and build servers. `make` alone lists them.
# Requirements come from PyPI, the browser from Debian. All are installed into .venv and .cache.

PYTHON ?= python3
VENV ?= .venv
# Passed to the tool of a target: make units ARGS="-k retry"
ARGS ?=

BIN := $(CURDIR)/$(VENV)/bin
INSTALLED := $(VENV)/.installed
LINK := .build/ansible_collections/community/sailpoint
READY := $(INSTALLED) $(LINK)
# Third-party collections and OpenBao: large downloads that only some targets need.
COLLECTIONS := .build/.collections
VAULT := $(VENV)/.vault
# For the tests of report pages: Chromium, or the reason why it can't be installed.
BROWSER := .cache/chromium/.installed
# For galaxy: the importer that Galaxy runs on uploads, in its own environment.
IMPORTER := .cache/galaxy-importer/.installed
# For publish: only ansible-core, in its own environment, because it sees the token.
PUBLISHER := .cache/publisher/.installed
# For the benchmark sdk: SailPoint's SDK, in its own environment.
SDK := .cache/sdk/.installed

# Used for the tools only. $(PYTHON) is looked up in the caller's PATH.
WITH_TOOLS = PATH="$(BIN):$$PATH"
# Ansible uses this checkout, and ignores settings of the user and the machine.
export ANSIBLE_CONFIG := $(CURDIR)/tests/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.build
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Python's bytecode is cached outside the source tree. Plays and pytest start faster with it.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/bytecode
# Container images often set this. Without cached bytecode, each start of Ansible compiles everything again.
unexport PYTHONDONTWRITEBYTECODE
# Bytecode without column numbers, which only tracebacks show, compiles and loads a tenth faster.
export PYTHONNODEBUGRANGES := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test downloads units promises functional integration jobs matrix molecule sanity lint docs-lint docs galaxy publisher publish bench soak format clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(READY) ## rotate passwords against the embedded tenant, and show what happens
	@$(WITH_TOOLS) python tests/demo/demo.py

test: $(READY) ## run all the suites below
	@$(WITH_TOOLS) python tests/tools/run_suites.py

downloads: $(COLLECTIONS) $(VAULT) $(BROWSER) ## download the requirements of functional and lint: 250 MB

units: $(READY) ## unit tests: plain pytest, no network
	@$(WITH_TOOLS) python -m pytest -q -n 3 --timeout 120 tests/unit $(ARGS)

promises: $(READY) ## guaranteed behavior when things go wrong: faults, hostile responses, TLS and proxies, kills; and the simulator itself
	@$(WITH_TOOLS) python -m pytest -q -n 3 --timeout 120 tests/promises $(ARGS)

functional: $(READY) $(COLLECTIONS) $(VAULT) $(BROWSER) ## plays and modules against the simulator, from pytest
	@$(WITH_TOOLS) python -m pytest -q -n 2 --timeout 300 tests/functional $(ARGS)

integration: $(READY) ## ansible-test integration against the simulator
	@$(WITH_TOOLS) python tests/tools/collection_test.py integration --continue-on-error $(ARGS)

jobs: $(READY) ## the playbooks as AWX runs them, with ansible-runner
	@$(WITH_TOOLS) python -m pytest -q -n 2 --timeout 300 tests/awx_jobs $(ARGS)

matrix: $(READY) ## units, integration, leaks and jobs with each ansible-core: ARGS="2.16 2.22" chooses
	@$(WITH_TOOLS) python tests/tools/matrix.py $(ARGS)

molecule: $(READY) ## molecule scenarios of the roles against the simulator
	@mkdir -p .cache/molecule
	@HOME=$(CURDIR)/.cache/molecule $(WITH_TOOLS) molecule test --all $(ARGS)

sanity: $(READY) ## ansible-test sanity, with nothing ignored
	@$(WITH_TOOLS) python tests/tools/collection_test.py sanity $(ARGS)

lint: $(READY) $(COLLECTIONS) ## ansible-lint, ruff, mypy, the changelog, and antsibull-nox: licenses, files, action groups
	$(WITH_TOOLS) ruff check .
	$(WITH_TOOLS) ruff format --check .
	$(WITH_TOOLS) mypy -p ansible_collections.community.sailpoint.plugins
	$(WITH_TOOLS) antsibull-changelog lint
	$(WITH_TOOLS) nox --no-venv --no-install --sessions license-check extra-checks antsibull-nox-config
	$(WITH_TOOLS) ansible-lint

docs-lint: $(READY) ## the documentation of plugins and roles, and the guides
	@$(WITH_TOOLS) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all \
		--disallow-unknown-collection-refs .

docs: $(READY) ## the documentation site, in .cache/docs/html; any warning fails
	@$(WITH_TOOLS) python tests/tools/docs_site.py .cache/docs

galaxy: $(READY) $(IMPORTER) ## build the collection's archive, and check it as Galaxy does
	@$(WITH_TOOLS) python tests/tools/galaxy.py $(dir $(IMPORTER))bin/python $(ARGS)

publisher: $(PUBLISHER) ## install the requirements of publish, without the token

publish: $(PUBLISHER) ## upload what galaxy built; the server and its token come from ANSIBLE_GALAXY_SERVER_* variables
	@$(dir $(PUBLISHER))bin/ansible-galaxy collection publish .cache/galaxy/*.tar.gz

bench: $(READY) $(COLLECTIONS) $(VAULT) $(SDK) ## benchmarks, compared in one run: ARGS="forks --quick"
	@$(WITH_TOOLS) python tests/benchmarks $(ARGS)

soak: $(READY) ## random hostile responses, kills at random moments, and echoes of secrets, for half an hour: ARGS="fuzz --minutes 60"
	@$(WITH_TOOLS) python tests/soak $(ARGS)

format: $(READY) ## let ruff rewrite the Python code
	@$(WITH_TOOLS) ruff check --fix . && $(WITH_TOOLS) ruff format .

clean: ## remove everything that was installed and built here
	rm -rf $(VENV) .build .cache .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache tests/output

$(INSTALLED): requirements.txt tests/requirements.txt tests/unit/requirements.txt tests/simulator/requirements.txt
	@$(PYTHON) tests/tools/set_up.py $(VENV)
	@touch $@

$(COLLECTIONS): $(INSTALLED) tests/tools/other_collections.py | $(LINK)
	@$(WITH_TOOLS) python tests/tools/other_collections.py $(@D)
	@touch $@

$(VAULT): $(INSTALLED) tests/functional/requirements.txt
	@$(WITH_TOOLS) python -m pip install --quiet --requirement tests/functional/requirements.txt
	@touch $@

$(BROWSER): $(INSTALLED) tests/functional/requirements.txt tests/tools/chromium.py
	@$(WITH_TOOLS) python -m pip install --quiet --requirement tests/functional/requirements.txt
	@$(WITH_TOOLS) python tests/tools/chromium.py $(@D)
	@mkdir -p $(@D)
	@touch $@

$(IMPORTER): tests/tools/importer_requirements.txt
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --requirement $<
	@touch $@

$(PUBLISHER): tests/tools/publisher_requirements.txt
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --only-binary :all: --requirement $<
	@touch $@

$(SDK): tests/benchmarks/sdk_requirements.txt
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --requirement $<
	@touch $@

# The folders that Ansible requires around a collection.
$(LINK):
	@mkdir -p $(@D)
	@ln -sfn ../../.. $@
