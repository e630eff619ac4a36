"""The contract of rate laws, checked for every law there is."""

from __future__ import annotations

import numpy as np
import pytest

from lmct.electrode import Drive, Electrode, load, rate_law
from lmct.quantity.errors import OutOfRange, UnknownName

LAWS = sorted(rate_law.LAWS)


@pytest.fixture(params=LAWS)
def law(request):
    return rate_law.law(request.param)


RIVAL = "li-ti-ni-o-direct"
"""The set whose other parameters suit these."""

EXAMPLES = {
    "marcus": [3.7e12, 6.07, 1.14, 0.7],
    "constant-barrier": [1e13, 1.2],
    "progress-barrier": [1e13, 1.06, 0.29, 0.5, 0.7],
    "landau-zener": [1e13, 5.0, 0.003, 0.4, 0.5, 0.7],
    "metal-potential": [4e8, 4.3, 0.1, 0.2, 0.7],
}
"""Parameters of every law, of the size that the paper's statements ask for."""


def parameters_of(law):
    return np.array(EXAMPLES[law.NAME])


def electrode_with(law):
    values = dict(zip(law.PARAMETERS, EXAMPLES[law.NAME], strict=True))
    return Electrode(load(RIVAL).replace(lmct_law=law.NAME, **values))


def test_numbers_are_unique():
    numbers = [module.NUMBER for module in rate_law.LAWS.values()]
    assert len(set(numbers)) == len(numbers)


def test_compiled_dispatch_reaches_the_law(law):
    parameters = parameters_of(law)
    direct = law.log_rate(0.4, 0.6, 0.5, 330.0, parameters)
    assert rate_law.log_rate(law.NUMBER, 0.4, 0.6, 0.5, 330.0, parameters) == direct


def test_derivatives_are_exact(law):
    parameters, at = parameters_of(law), np.array([0.4, 0.6, 0.5, 330.0])
    _, *derivatives = law.log_rate(*at, parameters)
    for column, exact in enumerate(derivatives):
        step = 1e-4 * at[column]
        up, down = at.copy(), at.copy()
        up[column] += step
        down[column] -= step
        numerical = (law.log_rate(*up, parameters)[0] - law.log_rate(*down, parameters)[0]) / (2 * step)
        assert exact == pytest.approx(numerical, rel=1e-5, abs=1e-9)


def test_marcus_gives_the_attempt_frequency_at_zero_barrier():
    marcus = rate_law.law("marcus")
    logarithm, *derivatives = marcus.log_rate(1.5, 0.7, 0.5, 300.0, np.array([1e12, 1.5, 0.0, 0.7]))
    assert logarithm == pytest.approx(np.log(1e12))
    assert derivatives == [0.0, 0.0, 0.0, 0.0]


def test_marcus_barrier_is_a_quarter_of_the_reorganization_energy_without_driving_force():
    marcus = rate_law.law("marcus")
    cold, *_ = marcus.log_rate(0.0, 0.7, 0.5, 300.0, np.array([1e12, 2.0, 0.0, 0.7]))
    assert np.log(1e12) - cold == pytest.approx(0.5 / (8.617333262145179e-05 * 300.0))


def test_an_unknown_law_gets_a_suggestion():
    with pytest.raises(UnknownName, match="marcus"):
        rate_law.law("Marcus")


def test_every_law_relaxes_towards_oxygen_and_closes_the_energy_balance(law):
    electrode = electrode_with(law)
    current = 20e-3 * 82.690 / 96485.33212
    charged = electrode.advance(electrode.pristine(), Drive(current=current, duration=1e6, stop_voltage=4.5))
    rest = electrode.advance(charged.end, Drive(duration=86400.0, surroundings=413.15))
    assert rest.end.metal_holes < charged.end.metal_holes
    assert rest.end.oxygen_holes > charged.end.oxygen_holes
    for segment in (charged, rest):
        assert abs(segment.budget().imbalance) < 1e-6
        assert segment.budget().transfer >= 0


def test_a_change_of_law_keeps_what_both_have_and_asks_for_the_rest():
    changed = load(RIVAL).replace(lmct_law="constant-barrier", barrier=1.2)
    assert changed.lmct_parameters == {"attempt_frequency": 3.7e12, "barrier": 1.2}
    with pytest.raises(OutOfRange, match="needs the parameter barrier"):
        load(RIVAL).replace(lmct_law="constant-barrier")
    with pytest.raises(UnknownName, match="barrier"):
        load(RIVAL).replace(lmct_law="constant-barrier", bariere=1.0)


def test_progress_raises_the_barrier():
    law = rate_law.law("progress-barrier")
    full, half = (law.log_rate(0.0, 0.7, x, 300.0, parameters_of(law))[0] for x in (1.0, 0.5))
    assert full - half == pytest.approx(0.5 * 0.29 / (8.617333262145179e-05 * 300.0))


def test_a_weak_coupling_enters_squared_and_a_strong_one_not_at_all():
    law = rate_law.law("landau-zener")

    def rate(coupling):
        # Without barrier lowering to speak of: compare prefactors at equal barrier.
        logarithm = law.log_rate(0.3, 0.7, 1.0, 300.0, np.array([1e13, 5.0, coupling, 0.0, 0.0, 0.7]))[0]
        lowering = coupling - coupling**2 / 5.0
        return logarithm - lowering / (8.617333262145179e-05 * 300.0)

    assert rate(2e-5) - rate(1e-5) == pytest.approx(2 * np.log(2), rel=1e-3)
    assert rate(0.6) - rate(0.4) == pytest.approx(0.0, abs=1e-6)
    plain = rate_law.law("marcus").log_rate(0.3, 0.7, 1.0, 300.0, np.array([1e13, 5.0, 0.0, 0.7]))[0]
    assert rate(0.6) == pytest.approx(plain)


def test_covalence_that_weakens_slows_the_end_of_the_reaction():
    law = rate_law.law("landau-zener")
    parameters = np.array([1e13, 5.0, 0.05, 0.5, 0.0, 0.7])
    assert (
        law.log_rate(0.3, 0.7, 0.1, 300.0, parameters)[0] < law.log_rate(0.3, 0.7, 1.0, 300.0, parameters)[0]
    )


def test_half_full_metal_feels_marcus_law_and_a_fuller_one_a_lower_barrier():
    law, marcus = rate_law.law("metal-potential"), rate_law.law("marcus")
    half = law.log_rate(0.5, 0.6, 0.5, 300.0, np.array([1e9, 4.0, 0.0, 0.3, 0.7]))[0]
    assert half == pytest.approx(marcus.log_rate(0.5, 0.6, 0.5, 300.0, np.array([1e9, 4.0, 0.3, 0.7]))[0])
    parameters = np.array([1e9, 4.0, 0.0, 0.0, 0.7])
    fillings = [0.01, 0.5, 0.99, 0.9999]
    rates = [law.log_rate(0.5, 0.6, x, 300.0, parameters)[0] for x in fillings]
    assert np.all(np.diff(rates) > 0)
    # Symmetric about a force of zero: a factor of x/(1-x) to the power of the transfer coefficient 1/2.
    steep = law.log_rate(0.0, 0.6, 0.99, 300.0, np.array([1e9, 400.0, 0.0, 0.0, 0.7]))[0]
    flat = law.log_rate(0.0, 0.6, 0.5, 300.0, np.array([1e9, 400.0, 0.0, 0.0, 0.7]))[0]
    assert steep - flat == pytest.approx(0.5 * np.log(99.0), rel=1e-3)


def test_a_full_metal_does_not_divide_by_zero():
    law = rate_law.law("metal-potential")
    for filling in (0.0, 1.0):
        numbers = law.log_rate(0.5, 0.6, filling, 300.0, np.array([1e9, 4.0, 0.0, 0.3, 0.7]))
        assert np.all(np.isfinite(numbers))
