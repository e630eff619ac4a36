"""The page on PyBaMM does what it says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

pytest.importorskip("pybamm", reason="PyBaMM is not installed (pip install 'lmct[pybamm]' or make env)")

PAGE = Path(__file__).parents[2] / "docs/how-to/use-with-pybamm.md"


def test_the_how_to_runs_as_written():
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    page = doctest.DocTestParser().get_doctest(code, {}, PAGE.name, str(PAGE), 0)
    assert len(page.examples) > 30
    results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(page)
    assert results.failed == 0
