"""The packages of the method csmask: with the others if wanted, and never in their way."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import InstallFailed
from sar_cloud_removal.plugin.compute import environment, installation
from sar_cloud_removal.plugin.compute.environment import TorchBuild, find_base, read_marker
from sar_cloud_removal.plugin.compute.installation import Listener, Source, check_wheels, create, repair, sizes

from ..wheels import CSMASK_PACKAGES, PACKAGES, all_wheels, wheel

SMALL = TorchBuild("CPU", None, 1, 1)


@pytest.fixture(scope="module")
def base():
    return find_base(sys.executable)


@pytest.fixture(scope="module", autouse=True)
def without_pips_own_settings():
    """Nothing but the folders of wheels, even where a folder is not the only place to look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_CONFIG_FILE", "/dev/null")
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory, base):
    """An environment with csmask, its wheels, and the steps in which it was made."""
    folder = tmp_path_factory.mktemp("csmask")
    wheels = all_wheels(folder / "wheels", (*PACKAGES, *CSMASK_PACKAGES))
    steps = []
    found = create(
        folder / "environment", base, SMALL, Listener(on_step=steps.append), source(wheels), none(wheels), csmask=True
    )
    return folder / "environment", wheels, found, steps


def source(wheels: Path, offline: bool = True) -> Source:
    return Source(wheels=str(wheels), offline=offline)


def none(wheels: Path) -> Path:
    constraints = wheels / "constraints.txt"
    constraints.write_text("")
    return constraints


@pytest.fixture
def own(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "environment", symlinks=True)
    shutil.copytree(made[1], tmp_path / "wheels")
    return tmp_path / "environment", tmp_path / "wheels"


def mend(place, base, wheels, csmask=True, offline=True):
    return repair(place, base, SMALL, Listener(), source(wheels, offline), none(wheels), csmask=csmask)


def site_packages(folder: Path) -> Path:
    return next(folder.glob("lib/python3*/site-packages"))


def take_out(place: Path) -> None:
    for path in [path for name in CSMASK_PACKAGES for path in site_packages(place).glob(f"{name}*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_it_is_installed_noted_and_found(made):
    place, _, found, steps = made
    assert found.csmask_failures == {} and found.problem == ""
    assert found.versions == dict.fromkeys((*environment.PACKAGES, *environment.CSMASK_PACKAGES), "2.0.0")
    assert read_marker(place)["csmask"] is True
    keys = [(step.number, step.count, step.key) for step in steps if not step.detail]
    assert keys[2:] == [(3, 5, "all packages"), (4, 5, "csmask"), (5, 5, "try")]


def test_an_environment_without_it_is_complete_and_repair_adds_it(tmp_path, base, made):
    place, wheels = tmp_path / "environment", made[1]
    found = create(place, base, SMALL, Listener(), source(wheels), none(wheels))
    assert found.problem == "" and set(found.csmask_failures) == set(CSMASK_PACKAGES)
    assert read_marker(place)["csmask"] is False
    assert mend(place, base, wheels, csmask=False).repaired == {}
    assert not (site_packages(place) / "ukis_csmask.py").exists()
    torch = (site_packages(place) / "torch.py").stat().st_mtime_ns
    mended = mend(place, base, wheels)
    assert set(mended.repaired) == set(CSMASK_PACKAGES)
    assert mended.inspection.csmask_failures == {}
    assert read_marker(place)["csmask"] is True
    assert (site_packages(place) / "torch.py").stat().st_mtime_ns == torch


def test_where_it_cannot_be_had_all_else_is_installed(tmp_path, base):
    """As on a system for which there is no wheel of onnxruntime."""
    wheels = all_wheels(tmp_path / "wheels", (*PACKAGES, "ukis_csmask"))
    wheel(wheels, "onnxruntime", "", tag="cp27-cp27m-win_amd64")
    place, lines = tmp_path / "environment", []
    listener = Listener(lambda fraction, line: lines.append(line))
    found = create(place, base, SMALL, listener, source(wheels, offline=False), none(wheels), csmask=True)
    assert found.problem == "" and "onnxruntime" in found.csmask_failures["ukis_csmask"]
    assert not (site_packages(place) / "ukis_csmask.py").exists()
    assert any(line.startswith("Going on without csmask: ") for line in lines)
    # What was wished is noted, and Repair tries again.
    assert read_marker(place)["csmask"] is True
    assert mend(place, base, wheels, offline=False).repaired == {}
    wheel(wheels, "onnxruntime", '__version__ = "2.0.0"\n')
    assert set(mend(place, base, wheels, offline=False).repaired) == set(CSMASK_PACKAGES)


def test_damaged_and_lost_packages_of_it_are_repaired(own, base):
    place, wheels = own
    (site_packages(place) / "ukis_csmask.py").unlink()
    assert mend(place, base, wheels).repaired == {"ukis_csmask": "ukis_csmask.py: it is missing"}
    take_out(place)
    assert set(mend(place, base, wheels).repaired) == set(CSMASK_PACKAGES)
    assert environment.inspect(str(environment.interpreter_in(place))).csmask_failures == {}


def test_what_is_there_and_not_wanted_stays(own, base):
    place, wheels = own
    (site_packages(place) / "scipy.py").unlink()
    assert set(mend(place, base, wheels, csmask=False).repaired) == {"scipy"}
    assert (site_packages(place) / "ukis_csmask.py").exists()
    assert read_marker(place)["csmask"] is True


def test_a_folder_of_wheels_needs_it_only_where_it_is_wanted(tmp_path, base):
    wheels = all_wheels(tmp_path / "wheels")
    wheel(wheels, "ukis_csmask", "", needs="Requires-Dist: numpy\n")
    packages = environment.wanted_packages(True)
    assert check_wheels(base, str(wheels), none(wheels)).complete
    check = check_wheels(base, str(wheels), none(wheels), packages)
    assert set(check.missing) == {"onnxruntime"} and "ukis-csmask" in check.found
    place = tmp_path / "environment"
    with pytest.raises(InstallFailed, match="it lacks onnxruntime.*pip download .* ukis_csmask"):
        create(place, base, SMALL, Listener(), source(wheels), none(wheels), csmask=True)
    assert not place.exists()


def test_its_size_counts():
    assert sizes(TorchBuild("CPU", None, 100, 1000), False) == (100, 1000)
    assert sizes(TorchBuild("CPU", None, 100, 1000), True) == (275, 1235)
    assert installation.STEPS.index("csmask") > installation.STEPS.index("packages")


def test_names_are_those_of_constraints_and_of_the_computing():
    import re

    from sar_cloud_removal.plugin.compute.environment import CONSTRAINTS

    pinned = {name.replace("-", "_") for name in re.findall(r"^([\w-]+)==", CONSTRAINTS.read_text(), re.MULTILINE)}
    assert set(environment.CSMASK_PACKAGES) <= pinned
    source = Path(environment.__file__).parents[2].joinpath("model", "cloud_detection.py").read_text()
    assert f"CSMASK_PACKAGES = {environment.CSMASK_PACKAGES}".replace("'", '"') in source
