"""What all test runs share, under QGIS's Python as well as in the compute environment."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

# Before anything imports torch. The tests' networks are tiny: more threads than one only wait for each other, and on a
# machine that does something else besides they wait a hundred times as long as they compute.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skip", action="store_true", help="a skipped test counts as failed: nothing is left out in silence"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, visibly, the tests that need a GPU where there is none."""
    gpu = [item for item in items if item.get_closest_marker("gpu")]
    if gpu and not _has_nvidia_gpu():
        items[:] = [item for item in items if item not in gpu]
        config.hook.pytest_deselected(items=gpu)


def _has_nvidia_gpu() -> bool:
    program = shutil.which("nvidia-smi")
    return program is not None and subprocess.run([program, "-L"], capture_output=True).returncode == 0


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = (yield).get_result()
    if item.config.getoption("no_skip") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = (yield).get_result()
    if collector.config.getoption("no_skip") and report.outcome == "skipped":
        report.outcome = "failed"
