# Everything runs in .venv, which the first target makes. Needed beforehand: Python 3.11+, Rust, gcc, make.
#
#   make PYTHON=python3.14 test     another interpreter (the environment is made anew when it changes)

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: help demo docs docs-picture test parallel matrix fuzz sanitize bench bench-record lint audit format stubs build venv clean FORCE

# For pyo3's build script and for maturin: the interpreter of .venv, whatever else is active in this shell.
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PYO3_PYTHON := $(CURDIR)/$(PY)
# For pip, also where maturin calls it.
export PIP_QUIET := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport CONDA_PREFIX PYTHONHOME PYTHONPATH

# Stamps: an empty file in .venv for each thing that was done there.
MADE := $(VENV)/.made-by-$(subst /,-,$(PYTHON))
BUILT := $(VENV)/.built
EXTRA = $(VENV)/.extra-

# maturin installs python/pilview as a link, so that only Rust and the two manifests need a build.
SOURCES := Cargo.toml pyproject.toml $(wildcard Cargo.lock build.rs) $(shell find src -name '*.rs')
# The module lies beside the Python sources, so a `git clean` can take it away and leave the stamp.
MODULE := $(wildcard python/pilview/_pilview*.so)

help:
	@echo 'make demo          opens a photograph, edits it in place, writes demo-out/'
	@echo 'make test          cargo test, then pytest'
	@echo 'make parallel      tests in 8 threads each, best with a free-threaded Python'
	@echo 'make matrix        the tests on every Pillow and Python, as a table'
	@echo 'make fuzz          rows and kernels beside plain code, 10 minutes each; FUZZ_SECONDS=3600 for an hour'
	@echo 'make sanitize      the tests under AddressSanitizer'
	@echo 'make bench         times pilview beside Pillow, NumPy and OpenCV, writes bench-out/'
	@echo 'make docs          the documentation, into docs-out/: open docs-out/index.html; its search needs a server,'
	@echo '                   as python3 -m http.server -d docs-out'
	@echo 'make lint          rustfmt, clippy, the reasons of unsafe code, ruff, mypy, pyright, stubtest'
	@echo 'make audit         what is known of the crates: holes, licences, sources (cargo install cargo-deny)'
	@echo 'make format        rustfmt and ruff, in place'
	@echo 'make stubs         the methods of Pipeline, after a change of a kernel in _pilview.pyi'
	@echo 'make build         the release extension, if its sources changed'
	@echo 'make venv          .venv with everything that the targets above install'
	@echo 'make bench-record  a benchmark run for docs/; make docs-picture: the demo picture for docs/'

demo: $(BUILT)
	$(PY) examples/demo.py

docs-picture: $(BUILT)
	$(PY) examples/demo.py --docs

# `cargo test` ends every test binary with a count; the last line adds them up. Its library, which has no module in it, must not
# take the place of the one that `make build` has made, whose name is the same: hence a folder of its own.
test: $(BUILT) $(EXTRA)test
	cargo test --release --no-default-features --target-dir target/tests 2>&1 | awk \
	    '{ print } /^test result:/ { passed += $$4; failed += $$6; ignored += $$8 } \
	     END { printf "cargo test: %d passed, %d failed, %d ignored\n", passed, failed, ignored }'
	$(PY) -m pytest -n auto

# Needs of the test extra only what has wheels for every Python.
parallel: $(BUILT)
	$(PY) -m pip install --only-binary :all: pytest hypothesis numpy pytest-run-parallel
	bash .ci/parallel $(PY)

matrix: $(BUILT) $(EXTRA)matrix
	$(PY) .ci/matrix.py $(MATRIX)

fuzz:
	.ci/fuzz

sanitize: $(BUILT) $(EXTRA)test
	.ci/sanitize

bench: $(BUILT) $(EXTRA)bench
	$(PY) benches/bench.py --out bench-out $(BENCH)

bench-record: $(BUILT) $(EXTRA)bench
	$(PY) benches/bench.py --out bench-out --record docs

# Every warning is an error, dead links too.
docs: $(BUILT) $(EXTRA)docs
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict

lint: $(BUILT) $(EXTRA)lint $(EXTRA)test
	cargo fmt --check
	cargo clippy --quiet --all-targets --features module -- -D warnings
	cargo clippy --quiet --all-targets -- -D warnings
	cargo clippy --quiet --all-targets --no-default-features -- -D warnings
	$(PY) .ci/unsafe_blocks.py
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) tools/pipeline_steps.py --check
	$(PY) -m mypy
	$(PY) -m basedpyright
	$(PY) -m mypy.stubtest pilview --allowlist .ci/stubtest-allowlist.txt --ignore-unused-allowlist

# The versions that the lock files have, which are those that are built.
audit:
	cargo deny --locked check
	cargo deny --locked --manifest-path examples/rust-extension/Cargo.toml check advisories sources

format: $(EXTRA)lint
	cargo fmt
	$(PY) -m ruff format
	$(PY) -m ruff check --fix

stubs: $(MADE)
	$(PY) tools/pipeline_steps.py

build: $(BUILT)

venv: $(EXTRA)test $(EXTRA)lint $(EXTRA)bench $(EXTRA)docs

clean:
	rm -rf $(VENV) target demo-out bench-out docs-out python/pilview/_pilview*.so

# `develop` builds no portable wheel, so that patchelf is not needed.
$(BUILT): $(MADE) $(SOURCES) $(if $(MODULE),,FORCE)
	$(VENV)/bin/maturin develop --release
	touch $@

$(MADE):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pilview needs Python 3.11 or later")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install 'maturin>=1.9.4,<2' Pillow
	touch $@

# The packages of one extra of pyproject.toml, without building pilview itself.
$(EXTRA)%: $(MADE) pyproject.toml
	$(PY) -c 'import sys, tomllib; \
	    project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	    print(*project["optional-dependencies"][sys.argv[1]], sep="\n")' $* \
	    | $(PY) -m pip install --requirement /dev/stdin
	touch $@

FORCE:
