"""The version for pip: it stands in metadata.txt, where QGIS reads it, and nowhere else."""

from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

metadata = ConfigParser(interpolation=None)
metadata.read(Path(__file__).with_name("metadata.txt"), encoding="utf-8")
# Named so that setuptools leaves this file out of the package that it lies in.
setup(version=metadata["general"]["version"], script_name=__file__)
