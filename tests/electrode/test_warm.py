from __future__ import annotations

import os
import subprocess
import sys

import pytest

SECOND = """
import time
from lmct.electrode import Electrode, Drive, load
start = time.perf_counter()
electrode = Electrode(load())
electrode.advance(electrode.pristine(), Drive(current=1.7e-5, duration=1e6, stop_voltage=4.8)).budget()
from lmct.electrode import integrator, budget
assert not integrator.integrate.stats.cache_misses, integrator.integrate.stats
assert not budget._integrals.stats.cache_misses, budget._integrals.stats
"""


@pytest.mark.slow
def test_after_warming_nothing_is_compiled_again(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-m", "lmct.electrode.warm"], check=True, env=environment)
    subprocess.run([sys.executable, "-c", SECOND], check=True, env=environment)
