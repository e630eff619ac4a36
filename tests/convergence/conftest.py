"""The electrode's equations written a second time, in plain Python, and solved by CVODE."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sksundae.cvode import CVODE

BOLTZMANN = 8.617333262145179e-05


class ReferenceElectrode:
    """Butler-Volmer couples, Marcus LMCT, double layer, thermal lag; no code shared with the package."""

    def __init__(self, parameters, current, surroundings):
        self.p, self.law = parameters, parameters.lmct_parameters
        self.current, self.surroundings = current, surroundings

    def rhs(self, t, s, ds):
        p, law = self.p, self.law
        n, h, d, gas, voltage, temperature = s
        kt = BOLTZMANN * temperature
        y = n + h + d + 4 * gas
        phi = -p.lithium_width * math.log(1 - y / p.lithium_max)
        u_m = p.metal_potential + p.metal_metal * n + p.metal_oxygen * h + phi
        u_o = p.oxygen_potential + p.metal_oxygen * n + p.oxygen_oxygen * h + phi
        x, z = n / p.metal_holes_max, h / p.oxygen_holes_max
        hot = (1 / 298.15 - 1 / temperature) / BOLTZMANN
        a = p.transfer_coefficient

        def couple(k, energy, u, f):
            rate = k * math.exp(energy * hot)
            e = (voltage - u) / kt
            return rate * ((1 - f) * math.exp((1 - a) * e) - f * math.exp(-a * e))

        i_m = couple(p.metal_rate, p.metal_activation, u_m, x)
        i_o = couple(p.oxygen_rate, p.oxygen_activation, u_o, z)
        force = u_m - u_o
        lam = law["reorganization_energy"]
        barrier = (lam - force) ** 2 / (4 * lam) - law["lithium_slope"] * (y - law["lithium_reference"])
        k_f = law["attempt_frequency"] * math.exp(-barrier / kt)
        r = p.metal_holes_max * k_f * (x * (1 - z) - z * (1 - x) * math.exp(-force / kt))
        ds[0] = i_m - r
        ds[1] = i_o + r
        ds[2] = ds[3] = 0.0
        ds[4] = (self.current - i_m - i_o) / p.capacitance
        ds[5] = (self.surroundings - temperature) / p.thermal_time

    def solve(self, state, times, *, stop_voltage=None, rtol=1e-10):
        direction = 1 if self.current > 0 else -1
        options = {}
        if stop_voltage is not None:

            def event(t, s, out):
                out[0] = direction * (s[4] - stop_voltage)

            event.terminal, event.direction = [True], [1]
            options = {"eventsfn": event, "num_events": 1}
        atol = np.array([1e-13, 1e-13, 1e-15, 1e-15, 1e-11, 1e-9])
        solver = CVODE(
            lambda t, s, ds: self.rhs(t, s, ds), rtol=rtol, atol=atol, max_num_steps=200_000, **options
        )
        return solver.solve(np.asarray(times, dtype=float), np.asarray(state, dtype=float))


@pytest.fixture
def reference_electrode():
    return ReferenceElectrode
