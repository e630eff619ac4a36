"""lmct.bridge without PyBaMM: one clear line, and nothing else is slowed down."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lmct.bridge import parameter_values, pybamm_experiment, pybamm_model, run_in_pybamm
from lmct.electrode import load
from lmct.protocol import galvanostatic
from lmct.quantity.errors import LmctError


@pytest.mark.parametrize(
    "call",
    [
        lambda: pybamm_model(load()),
        lambda: parameter_values(load()),
        lambda: pybamm_experiment(galvanostatic()),
        lambda: run_in_pybamm(load(), galvanostatic()),
    ],
)
def test_without_pybamm_one_line_says_what_to_do(monkeypatch, call):
    monkeypatch.setitem(sys.modules, "pybamm", None)
    with pytest.raises(LmctError, match=r"pip install 'lmct\[pybamm\]'") as caught:
        call()
    assert "\n" not in str(caught.value)


def test_the_bridge_itself_does_not_import_pybamm():
    code = "import sys, lmct.bridge.model, lmct.bridge.experiment, lmct.bridge.protocol_run;"
    code += "sys.exit('pybamm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
