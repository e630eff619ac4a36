"""A study folder with a tiny technique and a tiny file format, so that the run itself is what is tested."""

import sys
from pathlib import Path

import pytest

from lmct.study import cache_key, techniques

HERE = Path(__file__).parent


def fix_code(setattr):
    """Take the code for unchanged, so that somebody who edits lmct meanwhile does not disturb a test."""
    setattr(cache_key, "code_fingerprint", lambda technique: "code")


@pytest.fixture
def tiny(monkeypatch):
    """Make ``technique = "tiny"`` and its file format known."""
    fix_code(monkeypatch.setattr)
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.setitem(techniques.TECHNIQUES, "tiny", "tiny_technique")
    yield
    sys.modules.pop("tiny_technique", None)


class Folder:
    """A study folder under construction."""

    def __init__(self, path):
        self.path = path
        (path / "raw").mkdir(parents=True)

    def cell(self, name, *voltages):
        file = self.path / "raw" / name
        file.write_text("\n".join(map(str, voltages)))
        return file

    def study(self, text):
        (self.path / "study.toml").write_text(text)
        return self.path

    def reads(self):
        log = self.path / "reads.log"
        return sorted(log.read_text().split()) if log.exists() else []

    def forget_reads(self):
        (self.path / "reads.log").unlink(missing_ok=True)


@pytest.fixture
def folder(tmp_path, tiny):
    return Folder(tmp_path / "my study [1]")


STUDY = """
[study]
name = "Tiny"
[[sample]]
name = "fresh"
[[sample]]
name = "heated"
history = ["Charge at 20 mA/g until 4.5 V", "Heat at 140 degC for 90 seconds", "Rest for 15 minutes"]
[[measurement]]
sample = "fresh"
technique = "tiny"
files = ["raw/fresh*.txt"]
[[measurement]]
sample = "heated"
technique = "tiny"
files = ["raw/heated*.txt"]
active_mass = "7.02 mg"
[[analysis]]
kind = "mean"
technique = "tiny"
"""


@pytest.fixture
def two_samples(folder):
    """Return a study with two files of one sample and one of the other."""
    folder.cell("fresh1.txt", 3.0, 4.0)
    folder.cell("fresh2.txt", 3.2, 4.2)
    folder.cell("heated1.txt", 2.0, 3.0)
    folder.study(STUDY)
    return folder
