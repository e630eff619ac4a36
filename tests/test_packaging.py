"""The files around the code: requirements, documentation of dependencies, version, wheel, commands."""

import os
import re
import subprocess
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import lmct

ROOT = Path(__file__).parents[1]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def name_of(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-")


def pinned(file):
    """Return the pinned versions of each package in a requirement file."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / f"{file}.txt").read_text().splitlines():
        match = re.match(r"([a-z0-9._-]+)==(\S+)", line)
        if match:
            versions.setdefault(match[1].replace("_", "-"), set()).add(match[2])
    return versions


def declared():
    groups = PROJECT["dependency-groups"].values()
    extras = PROJECT["project"]["optional-dependencies"].values()
    lists = [PROJECT["project"]["dependencies"], *groups, *extras]
    return {name_of(requirement) for requirements in lists for requirement in requirements}


def test_there_are_requirement_files():
    assert [path.stem for path in REQUIREMENTS] == ["benchmark", "build", "development", "runtime", "uv"]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_requirements_hold_no_address_and_no_option(path):
    text = path.read_text()
    assert "http" not in text
    assert "://" not in text
    for line in text.splitlines():
        assert re.match(r"[a-z0-9]|    --hash=sha256:[0-9a-f]{64}( \\)?$", line), line


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_and_hashed(path):
    blocks = re.split(r"\n(?=\S)", path.read_text().strip())
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==[^\s;]+( ; [^\\]+)? \\\n", block), block
        assert "--hash=sha256:" in block


def test_runtime_is_a_subset_of_development():
    development = pinned("development")
    for name, versions in pinned("runtime").items():
        assert versions <= development[name], name


def test_every_declared_dependency_is_locked():
    runtime = {name_of(requirement) for requirement in PROJECT["project"]["dependencies"]}
    assert runtime <= set(pinned("runtime"))
    assert declared() <= set(pinned("development"))


def test_the_build_backend_is_the_locked_one():
    (backend,) = PROJECT["build-system"]["requires"]
    name, version = backend.split("==")
    assert pinned("build")[name] == {version}


def test_every_dependency_has_a_reason():
    page = (ROOT / "docs/decisions/0004-dependencies.md").read_text()
    reasons = {name.replace("_", "-").lower() for name in re.findall(r"`([A-Za-z0-9_-]+)`", page)}
    assert declared() <= reasons


def test_versions_agree():
    assert PROJECT["project"]["version"] == lmct.__version__ == metadata.version("lmct")
    citation = (ROOT / "CITATION.cff").read_text()
    assert re.search(r"^version: (.+)$", citation, re.MULTILINE)[1] == lmct.__version__
    assert f"## [{lmct.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_citation_names_the_paper():
    assert "10.1038/s41563-022-01278-2" in (ROOT / "CITATION.cff").read_text()


def test_make_help_lists_every_target():
    # Without the flags of a `make test` that runs this test.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    targets = {line.split()[0] for line in shown.splitlines()}
    (phony,) = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets == set(phony.split())


def test_ci_runs_make_check_and_stops_at_errors():
    script = (ROOT / ".ci/run").read_text()
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("make check")


def test_wheel_holds_code_and_data_and_nothing_else(tmp_path):
    builder = pytest.importorskip("hatchling.builders.wheel", reason="hatchling comes with `make env`")
    (path,) = builder.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(path).namelist())
    for file in ("atomic_masses.csv", "library/li-ti-ni-o.toml", "__init__.py"):
        assert f"lmct/material/{file}" in names
    assert "lmct/py.typed" in names
    assert all(name.startswith(("lmct/", "lmct-")) for name in names)
    assert not [name for name in names if name.endswith((".nbi", ".nbc", ".pyc"))]


def test_names_of_machines_and_folders_stay_out():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    assert len(files) > 50
    # In pieces, so that this file does not contain them.
    words = ["/" + "work/", "/" + "root/", "pypi." + "org", "python" + "hosted"]
    forbidden = re.compile("|".join(map(re.escape, words)).encode())
    offenders = [str(path) for path in files if path.is_file() and forbidden.search(path.read_bytes())]
    assert offenders == []
