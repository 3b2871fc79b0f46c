"""The versions that are named in several files are the same everywhere."""

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements(name: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in read(name).splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-r")]


LOCKED = {canonicalize_name(one.name): one for one in requirements("constraints.txt")}
PYTHONS = re.findall(r"3\.\d+", re.search(r"^PYTHONS \?= (.*)$", read("Makefile"), re.MULTILINE)[1])


@pytest.mark.parametrize(
    "asked", [*requirements("requirements.txt"), *requirements("requirements-dev.txt")], ids=lambda one: one.name
)
def test_the_constraints_hold_a_version_that_the_requirements_allow(asked):
    (pin,) = LOCKED[canonicalize_name(asked.name)].specifier
    assert pin.operator == "=="
    assert asked.specifier.contains(pin.version), "renew constraints.txt: its first lines say how"


def test_every_line_of_the_constraints_pins_one_version():
    assert {str(one.specifier)[:2] for one in LOCKED.values()} == {"=="}
    assert len(LOCKED) == len(requirements("constraints.txt"))


def test_before_a_commit_the_same_ruff_runs_as_in_the_checks():
    assert re.findall(r"rev: v(\S+)", read(".pre-commit-config.yaml")) == [str(LOCKED["ruff"].specifier)[2:]]


def test_the_range_of_python_is_the_same_wherever_it_is_named():
    first, *_, last = sorted(PYTHONS, key=lambda one: int(one.split(".")[1]))
    readme = read("README.md")
    assert re.findall(r"Python.* (3\.\d+) to (3\.\d+)", readme) == [(first, last)] * 2
    assert re.findall(r'python: \["(.*)", "(.*)"\]', read(".github/workflows/ci.yml")) == [(first, last)]
    assert f'target-version = "py{first.replace(".", "")}"' in read("pyproject.toml")
    assert json.loads(read(".devcontainer/devcontainer.json"))["image"].split(":")[-1] in PYTHONS


def test_nothing_stands_at_the_top_that_community_cloud_would_install_instead():
    assert [name for name in ("uv.lock", "Pipfile", "environment.yml") if (ROOT / name).exists()] == []
    assert "\n[project]" not in read("pyproject.toml")


def test_the_citation_names_what_a_reference_needs():
    keys = re.findall(r"^([a-z-]+):", read("CITATION.cff"), re.MULTILINE)
    assert {"cff-version", "message", "title", "authors", "version", "date-released", "license"} <= set(keys)
    version = re.search(r"^version: (\S+)", read("CITATION.cff"), re.MULTILINE)[1]
    assert f"\n## [{version}] - " in read("CHANGELOG.md")
