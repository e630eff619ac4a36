from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lmct.quantity.assessment import Assessment
from lmct.quantity.errors import DataError
from lmct.quantity.value import Value
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.refined import RefinedPattern
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.rock_salt.settings import RockSaltSettings
from lmct.technique.diffraction.sequence.chain import better_of, refine_sequence
from tests.technique.diffraction.sequence_of_voigt_patterns import BEGIN, MadeSequence, operando_ramp
from tests.technique.diffraction.voigt_pattern import Truth, crystal, noisy, record

HUMP = RockSaltSettings(background_terms=5, humps=(Hump(40.0, 6.0),))


def rock_salt():
    return RockSaltEngine(laboratory_copper(), crystal(), HUMP)


class CentreOfMass:
    """A quick engine: the centre of mass of the strongest line as ``a``; starts are remembered."""

    name = "centre of mass 1"

    def __init__(self, width=1.0):
        self.width = width
        self._starts = []

    def refine(self, pattern, start=None):
        self._starts.append(start)
        top = pattern.two_theta[np.argmax(pattern.intensity)]
        near = np.abs(pattern.two_theta - top) < self.width
        centre = float(np.average(pattern.two_theta[near], weights=pattern.intensity[near]))
        if centre > 95.0:
            raise DataError("the line lies too far out.")
        return RefinedPattern(
            values={"a": Value(centre, 0.01, "Å")},
            counting_uncertainty={"a": 0.01},
            goodness_of_fit=1.0,
            weighted_residual=0.1,
            assessment=Assessment.GOOD,
            message="",
            two_theta=pattern.two_theta,
            observed=pattern.intensity,
            calculated=pattern.intensity,
            background=pattern.intensity,
            uncertainty=np.ones_like(pattern.intensity),
        )


def test_operando_ramp_is_recovered_without_bias_and_with_honest_uncertainties():
    # Independent truth: true Voigt lines, own structure factors, Poisson counts.
    truths = operando_ramp(200)
    result = refine_sequence(MadeSequence(truths, seed=7), rock_salt())
    a, uncertainty = result.column("a")
    error = a - np.array([truth.a for truth in truths])
    assert abs(error.mean()) < 3e-5
    assert 0.9 < np.sqrt(np.mean((error / uncertainty) ** 2)) < 1.1
    inside = [np.mean(np.abs(error) < factor * uncertainty) for factor in (0.9945, 1.96)]
    assert inside[0] == pytest.approx(0.68, abs=3.0 * np.sqrt(0.68 * 0.32 / 200))
    assert inside[1] == pytest.approx(0.95, abs=3.0 * np.sqrt(0.95 * 0.05 / 200))
    # Nor may charge and discharge differ: no hysteresis from the direction of the chain.
    half = error[:100].mean() - error[100:].mean()
    assert abs(half) < 3.0 * error.std() / np.sqrt(50.0)
    assert not [scan for scan in result.scans if scan.flags]
    assert result.wavelength == pytest.approx(1.54056)


def test_scans_that_cannot_be_read_or_refined_do_not_stop_the_rest():
    truths = operando_ramp(12)
    grid = np.linspace(30.0, 100.0, 3501)
    background = record(grid, np.random.default_rng(1).poisson(np.full(3501, 300.0)))
    broken = replace(noisy(truths[6], grid, 1), intensity=np.full(3501, np.nan))
    sequence = MadeSequence(truths, unreadable=(3,), replaced={5: background, 6: broken})
    result = refine_sequence(sequence, rock_salt())
    scans = result.scans
    assert [scan.index for scan in scans] == list(range(12))
    assert scans[3].flags == ("unreadable",)
    assert "truncated" in scans[3].message
    assert "no peaks" in scans[5].flags
    assert not scans[5].values
    assert scans[6].flags == ("not refined",)
    assert "nan" in scans[6].message
    good = [scan for scan in scans if scan.index not in (3, 5, 6)]
    for scan in good:
        assert abs(scan.values["a"].value - truths[scan.index].a) < 4.0 * scan.values["a"].uncertainty
    assert np.isnan(result.intensity[3]).all()
    assert np.isfinite(result.intensity[4]).all()
    assert len(result.messages) == 3
    assert scans[1].start_time == BEGIN + 1 * (scans[1].start_time - scans[0].start_time)


def test_outlier_is_flagged_and_its_neighbours_are_not():
    truths = operando_ramp(21)
    truths[6] = truths[6].at(a=truths[6].a + 0.015)
    result = refine_sequence(MadeSequence(truths), rock_salt(), both_directions=False)
    assert [scan.index for scan in result.scans if "outlier" in scan.flags] == [6]
    assert "before and after" in result.scans[6].message


def test_each_scan_starts_from_its_neighbour_in_both_directions():
    engine = CentreOfMass()
    sequence = MadeSequence([Truth(a=4.1 + 0.01 * n) for n in range(4)])
    told = []
    result = refine_sequence(sequence, engine, progress=lambda done, total: told.append((done, total)))
    a = result.column("a")[0].tolist()
    starts = [None if one is None else one["a"] for one in engine._starts]
    assert starts == [None, *a[:3], None, *a[:0:-1]]
    assert told == [(n, 8) for n in range(1, 9)]


class TwoMinima(CentreOfMass):
    """An engine that stays where it starts: a hysteresis made by the chain."""

    def refine(self, pattern, start=None):
        result = super().refine(pattern, start)
        value = result.values["a"].value if start is None else start["a"]
        return replace(result, values={"a": Value(value, 0.01, "Å")})


def test_chain_that_makes_its_own_hysteresis_is_caught():
    sequence = MadeSequence([Truth(a=4.1 + 0.02 * n) for n in range(6)])
    result = refine_sequence(sequence, TwoMinima())
    assert all("directions disagree" in scan.flags for scan in result.scans)
    assert "different a" in result.scans[2].message


def test_flagged_result_yields_to_a_sound_one():
    sequence = MadeSequence([Truth()])
    sound = refine_sequence(sequence, CentreOfMass()).scans[0]
    flagged = replace(sound, flags=("not converged",), goodness_of_fit=0.5)
    assert better_of(flagged, sound) is sound
    assert better_of(sound, flagged) is sound
    assert better_of(replace(sound, values={}), sound) is sound


def test_contour_holds_the_mean_intensity_of_each_interval():
    sequence = MadeSequence([Truth(), Truth(a=4.12)])
    result = refine_sequence(sequence, CentreOfMass(), bins=70)
    pattern = sequence[1]
    assert len(result.two_theta) == 70
    inside = (pattern.two_theta >= 43.0) & (pattern.two_theta < 44.0)
    place = int(np.argmin(np.abs(result.two_theta - 43.5)))
    assert result.intensity[1, place] == pytest.approx(pattern.intensity[inside].mean(), rel=0.02)


def test_interrupted_run_goes_on_and_gives_the_same(tmp_path):
    truths = operando_ramp(8)
    whole = refine_sequence(MadeSequence(truths), rock_salt())
    path = tmp_path / "sequence.jsonl"

    class Killed(BaseException):
        pass

    def kill(done, total):
        if done == 11:
            raise Killed

    with pytest.raises(Killed):
        refine_sequence(MadeSequence(truths), rock_salt(), checkpoint=path, progress=kill)
    with path.open("ab") as file:
        file.write(b'{"direction": "backward", "scan": {"ind')  # torn in the middle of a line
    sequence = MadeSequence(truths)
    resumed = refine_sequence(sequence, rock_salt(), checkpoint=path)
    assert sequence.reads == 16 - 11
    assert resumed.scans == whole.scans
    assert np.allclose(resumed.intensity, whole.intensity, rtol=1e-5)
    assert np.array_equal(resumed.two_theta, whole.two_theta)
    again = MadeSequence(truths)
    assert refine_sequence(again, rock_salt(), checkpoint=path).scans == whole.scans
    assert again.reads == 0


def test_checkpoint_of_other_settings_or_scans_is_not_used(tmp_path):
    path = tmp_path / "sequence.jsonl"
    sequence = MadeSequence([Truth(), Truth()])
    refine_sequence(sequence, CentreOfMass(), checkpoint=path)
    for other, engine in (
        (MadeSequence([Truth(), Truth()]), CentreOfMass(width=2.0)),
        (MadeSequence([Truth(), Truth()], seed=1), CentreOfMass(width=2.0)),
    ):
        refine_sequence(other, engine, checkpoint=path)
        assert other.reads == 4
    path.write_bytes(b"\x00\x01 this is no checkpoint\n")
    fresh = MadeSequence([Truth(), Truth()])
    refine_sequence(fresh, CentreOfMass(), checkpoint=path)
    assert fresh.reads == 4


def test_run_that_is_killed_from_outside_resumes(tmp_path):
    path, root = tmp_path / "sequence.jsonl", Path(__file__).resolve().parents[4]
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.technique.diffraction.sequence.test_chain import rock_salt, operando_ramp, MadeSequence\n"
        "from lmct.technique.diffraction.sequence.chain import refine_sequence\n"
        "refine_sequence(MadeSequence(operando_ramp(400)), rock_salt(), checkpoint=Path(sys.argv[1]))\n"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(root)}
    child = subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=root, env=environment)
    try:
        deadline = time.monotonic() + 60.0
        while time.monotonic() < deadline and (not path.exists() or path.read_bytes().count(b"\n") < 8):
            time.sleep(0.01)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    done = path.read_bytes().count(b"\n") - 1
    assert done >= 7

    class Enough(BaseException):
        pass

    def stop(count, total):
        if count == done + 2:
            raise Enough

    sequence = MadeSequence(operando_ramp(400))
    with pytest.raises(Enough):
        refine_sequence(sequence, rock_salt(), checkpoint=path, progress=stop)
    assert sequence.reads == 2


class QuickSequence(MadeSequence):
    """Scans that cost nothing to make."""

    def __getitem__(self, index):
        return record(self.grid, np.full(len(self.grid), 100.0))


def test_memory_does_not_grow_with_the_number_of_patterns():
    def peak(count):
        tracemalloc.start()
        refine_sequence(QuickSequence([Truth()] * count), CentreOfMass(), bins=50)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(5)
    few, many = peak(50), peak(400)
    one_pattern = 3 * 8 * 3501
    assert many - few < 350 * 0.05 * one_pattern
