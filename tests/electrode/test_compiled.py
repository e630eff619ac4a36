from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import lmct
from lmct.electrode.compiled import compiled, source_digest

CALL = """
from lmct.electrode.thermodynamics import chemical_potentials, logit
from lmct.electrode import load
chemical_potentials(0.1, 0.2, 0.3, 300.0, load().as_array())
print(logit(0.5), sum(chemical_potentials.stats.cache_hits.values()))
"""


def run(package, cache):
    """Call a compiled function in a new process; return what it says and whether it came from disk."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(package)}
    done = subprocess.run(
        [sys.executable, "-c", CALL], env=environment, capture_output=True, text=True, check=True
    )
    number, hits = done.stdout.split()
    return float(number), int(hits)


def test_a_change_in_a_called_function_of_another_file_is_noticed(tmp_path):
    source = Path(lmct.__file__).parent
    package = tmp_path / "package" / "lmct"
    package.parent.mkdir()
    subprocess.run(["cp", "-r", str(source), str(package)], check=True)
    cache = tmp_path / "cache"
    assert run(package.parent, cache)[1] == 0
    assert run(package.parent, cache)[1] == 1
    constants = package / "quantity" / "constants.py"
    constants.write_text(constants.read_text("utf-8") + "\n# changed\n", "utf-8")
    assert run(package.parent, cache)[1] == 0


def test_the_digest_is_that_of_the_source():
    assert len(source_digest()) == 64
    assert source_digest() == source_digest()


def test_compiled_code_divides_like_numpy():
    @compiled
    def inverse(number: float) -> float:
        return 1.0 / number

    assert inverse(0.0) == float("inf")
