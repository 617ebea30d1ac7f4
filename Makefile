# What is typed in this folder; README.md says more. Needs make, git and, on Debian or Ubuntu, the right to use apt.

PYTHON ?= /usr/bin/python3
SYSTEM_PACKAGES = git python3 python3-pytest python3-qgis python3-venv qgis xauth xvfb
TRANSLATION_SOURCES = $(wildcard i18n/*.ts resources/models/*.model3 resources/styles/*.qml) metadata.txt model/weights/index.json \
	$(shell find plugin model -name '*.py')
TOOLS = tests/tools
ENV_SOURCES = pyproject.toml setup.py metadata.txt constraints.txt $(TOOLS)/compute_env.sh

# What the caller's shell has set up for another Python is of no use here.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

# QGIS with this checkout as its plugin and the checkout's environment to compute in; nothing of the user's own QGIS
# is read or written.
QGIS_ENV = env \
	PYTHONPATH="$(CURDIR)/build/plugins" \
	QGIS_PLUGINPATH="$(CURDIR)/build/plugins" \
	QGIS_CUSTOM_CONFIG_PATH="$(CURDIR)/build/profile" \
	SAR_CLOUD_REMOVAL_PYTHON="$(CURDIR)/.venv/bin/python"
OFFSCREEN = QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR="$(CURDIR)/build/runtime"
XVFB = XDG_RUNTIME_DIR="$(CURDIR)/build/runtime" LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb \
	xvfb-run -a -s "-screen 0 1600x1000x24"
# QGIS is linked with the system's Python, whatever PYTHON is.
QGIS_PYTHON = /usr/bin/python3

.PHONY: help
help:
	@echo "make demo         remove the clouds of the sample scene with QGIS; prints figures, makes a picture"
	@echo "make test         run all tests"
	@echo "make test-matrix  run the plugin's tests on QGIS 3.22, 3.40 and 3.44, each in a Debian of its own; needs root"
	@echo "make run          open QGIS with the plugin and the sample project"
	@echo "make package      build the zip that QGIS installs, in dist/"
	@echo "make translations bring i18n/ up to date with the code, tell what is not translated, and compile it"
	@echo "make help-pages   write the help pages anew from docs/help/ and the algorithms"
	@echo "make models       write the example models anew"
	@echo "make compute-env  only the environment .venv with the command sar-cloud-removal"
	@echo "make bench        measure seams, memory and, with DATA=folder, missing bands; may take an hour"
	@echo "make lint         check the style, and that Qt 6 has all that the plugin uses"
	@echo "make clean        remove what was built, but not .venv"

.PHONY: demo
demo: .venv/dev.stamp build/profile.stamp
	$(QGIS_ENV) $(OFFSCREEN) .venv/bin/python $(TOOLS)/demo.py build/demo

.PHONY: test test-model test-plugin test-desktop
test: test-model test-plugin test-desktop

test-model: .venv/dev.stamp build/qt.stamp | lrelease
	.venv/bin/python -m pytest --no-skip tests --ignore=tests/plugin --ignore=tests/desktop

test-plugin: .venv/dev.stamp build/profile.stamp build/translations.stamp
	$(QGIS_ENV) $(OFFSCREEN) $(QGIS_PYTHON) -m pytest --no-skip tests/plugin

test-desktop: .venv/dev.stamp build/profile.stamp build/translations.stamp
	$(QGIS_ENV) $(XVFB) $(QGIS_PYTHON) -m pytest --no-skip tests/desktop

# QGIS is one of 3.22, 3.40 and 3.44, or several, all without it; ONLY is plugin or desktop, both without it.
MATRIX_DIR ?= build/matrix
.PHONY: test-matrix
test-matrix: .venv/dev.stamp
	@$(TOOLS)/system_packages.sh debootstrap util-linux
	.venv/bin/python $(TOOLS)/matrix.py "$(MATRIX_DIR)" $(QGIS) $(addprefix --only ,$(ONLY))

.PHONY: run
run: .venv/dev.stamp build/profile.stamp build/translations.stamp
	$(QGIS_ENV) qgis --nologo --noversioncheck --profiles-path build/profile resources/sample/sample.qgs

.PHONY: package
package: .venv/dev.stamp | lrelease
	.venv/bin/python $(TOOLS)/package.py dist

.PHONY: compute-env
compute-env: .venv/compute.stamp

.PHONY: lint check-qt6
lint: .venv/dev.stamp check-qt6
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

check-qt6: build/qt.stamp
	.venv/bin/python $(TOOLS)/check_qt6.py build/qt plugin tests/plugin tests/desktop

# DATA is a folder with an index.csv, as `train` takes it; without it that measurement is left out.
.PHONY: bench
bench: .venv/dev.stamp
	mkdir -p build/bench
	.venv/bin/python benchmarks/tilings.py --picture build/bench/tilings.png
	$(if $(DATA),.venv/bin/python benchmarks/missing_bands.py --data "$(DATA)")
	.venv/bin/python benchmarks/memory.py

.PHONY: translations
translations: | lrelease
	$(PYTHON) $(TOOLS)/translations.py update
	$(PYTHON) $(TOOLS)/translations.py compile
	$(PYTHON) $(TOOLS)/translations.py check

.PHONY: help-pages models
help-pages: build/profile.stamp build/translations.stamp
	$(QGIS_ENV) $(OFFSCREEN) $(QGIS_PYTHON) $(TOOLS)/help_pages.py

models: build/profile.stamp
	$(QGIS_ENV) $(OFFSCREEN) $(QGIS_PYTHON) $(TOOLS)/models.py

.PHONY: sample-project
sample-project: build/profile.stamp
	$(QGIS_ENV) $(OFFSCREEN) $(QGIS_PYTHON) $(TOOLS)/sample_project.py

.PHONY: clean
clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache i18n/*.qm i18n/phrases.json

# Set-up. A stamp says that a step is done; it is done again when a file that it depends on has changed.

.venv/compute.stamp: $(ENV_SOURCES) | venv-module
	$(TOOLS)/compute_env.sh $(PYTHON) .venv .
	touch $@

.venv/dev.stamp: $(ENV_SOURCES) | venv-module
	$(TOOLS)/compute_env.sh $(PYTHON) .venv ".[dev]"
	touch .venv/compute.stamp $@

build/profile.stamp: metadata.txt | system-packages
	mkdir -p build/plugins build/runtime
	chmod 700 build/runtime
	ln -sfn ../.. build/plugins/sar_cloud_removal
	grep -qrs --include='QGIS*.ini' '^sar_cloud_removal=true' build/profile || \
		$(QGIS_ENV) $(OFFSCREEN) QGIS_OPTS= $$(command -v qgis_process.bin || command -v qgis_process) plugins enable sar_cloud_removal
	touch $@

build/translations.stamp: $(TRANSLATION_SOURCES) $(TOOLS)/translations.py | lrelease
	mkdir -p build
	$(PYTHON) $(TOOLS)/translations.py compile
	touch $@

# Only what PyQt says about its classes is read, so Qt itself is left out.
build/qt.stamp: constraints.txt | .venv/dev.stamp
	rm -rf build/qt
	.venv/bin/pip install --disable-pip-version-check -q -c constraints.txt --no-deps --target build/qt PyQt5 PyQt6
	touch $@

.PHONY: system-packages venv-module lrelease
system-packages:
	@$(TOOLS)/system_packages.sh $(SYSTEM_PACKAGES)

# Compiles translations.
lrelease:
	@command -v lrelease lrelease-qt5 lrelease6 >/dev/null || $(TOOLS)/system_packages.sh qttools5-dev-tools

venv-module:
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || $(TOOLS)/system_packages.sh python3 python3-venv
