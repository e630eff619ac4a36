import os
import subprocess
import sys

import pytest

from lmct.execution.lock import Busy, locked


def test_lock_refuses_a_second_run_in_this_process(tmp_path):
    with (
        locked(tmp_path / ".lock", what=tmp_path),
        pytest.raises(Busy, match=f"process {os.getpid()}"),
        locked(tmp_path / ".lock", what=tmp_path),
    ):
        pass
    with locked(tmp_path / ".lock", what=tmp_path):
        pass


HOLD = "import sys; from pathlib import Path; from lmct.execution.lock import locked\n"


def test_lock_of_another_process_is_seen_and_dies_with_it(tmp_path):
    code = (
        HOLD
        + "with locked(Path(sys.argv[1]) / '.lock', what=Path()): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Busy, match=str(other.pid)), locked(tmp_path / ".lock", what=tmp_path):
            pass
        other.kill()
        other.wait()
    with locked(tmp_path / ".lock", what=tmp_path):
        assert (tmp_path / ".lock").read_text().strip() == str(os.getpid())
