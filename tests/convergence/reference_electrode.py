"""The electrode's equations written a second time, in plain Python, and solved by CVODE step by step.

No code is shared with the package: shells of classes of metal sites, two couples, LMCT, losses, double layer,
transport between shells, series resistance, thermal lag.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from sksundae.cvode import CVODE

BOLTZMANN, PLANCK, FARADAY = 8.617333262145179e-05, 4.135667696923859e-15, 96485.33212331001

SWEEP_STEP = 1e-3
"""Longest step of CVODE in a sweep [V]."""

MOST_RESTARTS = 50
"""Starts of CVODE within one step of a protocol."""

GAUSS_PLACES, GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(8)
ENERGIES = np.add.outer(np.arange(-197.5, 200, 5), 2.5 * GAUSS_PLACES).ravel()
ENERGY_WEIGHTS = np.tile(2.5 * GAUSS_WEIGHTS, 80)
EMPTY_LEVELS = 1 / (1 + np.exp(ENERGIES))
"""Electrons of a metal: energy against the Fermi level [kT], weight in an integral, share of empty states."""


def exp(exponent):
    """Finite: CVODE's trial steps may be wild."""
    return math.exp(min(exponent, 700.0))


def marcus_barrier(law, force, y):
    lam = law["reorganization_energy"]
    return (lam - force) ** 2 / (4 * lam) - law["lithium_slope"] * (y - law["lithium_reference"])


def forward_rate(name, law, force, y, logit, kt):
    """k_f of a rate law, from docs/how-to and the sources that the laws cite [1/s]."""
    prefactor, x = law["attempt_frequency"], 1 / (1 + exp(-logit))
    if name == "marcus":
        barrier = marcus_barrier(law, force, y)
    elif name == "constant-barrier":
        barrier = law["barrier"]
    elif name == "progress-barrier":
        barrier = law["first_barrier"] + law["barrier_rise"] * (1 - x)
        barrier -= law["lithium_slope"] * (y - law["lithium_reference"])
    elif name == "landau-zener":
        h = law["electronic_coupling"] * (1 - law["covalence_loss"] * (1 - x))
        lam = law["reorganization_energy"]
        crossing = -math.expm1(-(h**2) / (PLANCK * prefactor) * math.sqrt(math.pi**3 / (lam * kt)))
        prefactor *= 2 * crossing / (1 + crossing)
        barrier = marcus_barrier(law, force, y) - h + h**2 / lam
    elif name == "metal-potential":
        h, most = law["electronic_coupling"], math.log(1e12)
        barrier = marcus_barrier(law, force + kt * min(max(logit, -most), most), y) - h
        barrier += h**2 / law["reorganization_energy"]
    else:
        raise NotImplementedError(f"write the rate law {name} here a second time")
    return prefactor * exp(-max(barrier, 0.0) / kt)


def chidsey(lam, eta):
    """Rate constant of oxidation by the empty states of a metal, both energies in kT."""
    gauss = np.exp(-((ENERGIES - lam + eta) ** 2) / (4 * lam))
    return float(gauss * EMPTY_LEVELS @ ENERGY_WEIGHTS) / math.sqrt(4 * math.pi * lam)


def oxygen_constants(p, eta, kt):
    """Rate constants of oxidation and reduction of oxygen over their prefactor."""
    if p.oxygen_law == "butler-volmer":
        a = p.oxygen_transfer_coefficient
        return exp((1 - a) * eta / kt), exp(-a * eta / kt)
    lam, h = p.shared("reorganization_energy"), p.shared("electronic_coupling")
    lowering = h - h**2 / lam
    if p.oxygen_law == "marcus":
        barriers = [(lam - eta) ** 2 / (4 * lam) - lowering, (lam + eta) ** 2 / (4 * lam) - lowering]
        below = min(*barriers, 0.0)
        return tuple(exp(-(barrier - below) / kt) for barrier in barriers)
    if p.oxygen_law == "marcus-hush-chidsey":
        both = [exp(lowering / kt) * chidsey(lam / kt, sign * eta / kt) for sign in (1, -1)]
        above = max(*both, 1.0)
        return tuple(constant / above for constant in both)
    raise NotImplementedError(f"write the oxygen law {p.oxygen_law} here a second time")


def gas_onset(p, released):
    """Potential at which the next O2 leaves: a step of 0.5 % width where each environment is exhausted."""
    onset, edge = p.gas_potential, 0.0
    for amount, rise in zip(p.gas_amounts, [*p.gas_steps, 5.0], strict=False):
        edge += amount
        onset += rise / 2 * (1 + math.tanh((released - edge) / (0.01 * sum(p.gas_amounts))))
    return onset


def share(logit):
    """A logit as occupied and empty share."""
    return 1 / (1 + exp(-logit)), 1 / (1 + exp(logit))


class ReferenceElectrode:
    """An electrode in one step of a protocol.

    CVODE gets ln(x/(1-x)) and ln(z/(1-z)) instead of n and p: it would leave an exhausted population below
    zero and could not start from that. Its state: for every shell, surface first, the logits of the classes
    of metal sites, of oxygen, d, o2, V; then T.
    """

    def __init__(
        self, parameters, current, surroundings, *, sweep=0.0, voltage=math.nan, shells=1, classes=1
    ):
        self.p, self.law = parameters, parameters.lmct_parameters
        self.current, self.surroundings, self.sweep, self.voltage = current, surroundings, sweep, voltage
        self.resistance = parameters.series_resistance * FARADAY / parameters.molar_mass
        self.size, self.classes = classes + 4, classes
        radii = np.arange(shells, -1, -1) / shells
        self.volumes = -np.diff(radii**3)
        self.faces = 3 * radii[1:] ** 2 * shells  # area over distance, that of the centre is zero
        places = np.linspace(-2.5, 2.5, classes) if classes > 1 else np.zeros(1)
        self.shares = np.exp(-(places**2) / 2) / np.exp(-(places**2) / 2).sum()
        self.barriers = parameters.barrier_width * places

    def shell_rates(self, s, temperature):
        """i_M and r of every class, i_O, r_d, r_g of a shell."""
        p, kt = self.p, BOLTZMANN * temperature
        *metal, oxygen, d, gas, voltage = s
        z, free = share(oxygen)
        n = sum(p.metal_holes_max * w * share(logit)[0] for w, logit in zip(self.shares, metal, strict=True))
        h = p.oxygen_holes_max * z
        y = n + h + d + 4 * gas
        # CVODE tries states without lithium before it rejects them.
        phi = -p.lithium_width * math.log(max(1 - y / p.lithium_max, 1e-12))
        u_m = p.metal_potential + p.metal_metal * n + p.metal_oxygen * h + phi
        u_o = p.oxygen_potential + p.metal_oxygen * n + p.oxygen_oxygen * h + phi
        hot = (1 / 298.15 - 1 / temperature) / BOLTZMANN

        def lost(k, limit):
            affinity = u_o - phi + kt * oxygen - limit
            rate = k * exp(p.loss_activation * hot)
            return rate * z * math.expm1(-affinity / kt) ** 2 if affinity > 0 else 0.0

        force, e, a = u_m - u_o, (voltage - u_m) / kt, p.transfer_coefficient
        forth, back = exp((1 - a) * e), exp(-a * e)
        exchange, uphill = p.metal_rate * exp(p.metal_activation * hot), exp(-force / kt)
        currents, transfers = [], []
        for w, barrier, logit in zip(self.shares, self.barriers, metal, strict=True):
            x, full = share(logit)
            currents.append(w * exchange * (full * forth - x * back))
            k_f = forward_rate(p.lmct_law, self.law, force, y, logit, kt) * exp(-barrier / kt)
            transfers.append(w * p.metal_holes_max * k_f * (x * free - z * full * uphill))
        oxidation, reduction = oxygen_constants(p, voltage - u_o, kt)
        i_o = p.oxygen_rate * exp(p.oxygen_activation * hot) * (free * oxidation - z * reduction)
        lost_gas = lost(p.gas_rate, gas_onset(p, gas)) if p.gas_rate else 0.0
        return currents, transfers, i_o, lost(p.dark_rate, p.dark_potential), lost_gas

    def links(self, s):
        """Flow of lithium out of every shell through its inner face [1/(f.u. s)]."""
        p = self.p
        if p.transport_time == 0:
            return np.zeros(len(self.volumes))
        hot = exp(p.transport_activation / BOLTZMANN * (1 / 298.15 - 1 / s[-1]))
        potentials = s[self.size - 1 : -1 : self.size]
        return self.faces * hot / p.transport_time * (potentials - np.append(potentials[1:], 0.0))

    def drawn(self, t, s):
        """Current at the terminals, positive on charge."""
        if self.current is not None:
            return self.current
        if self.resistance > 0:
            return (self.voltage + self.sweep * t - s[self.size - 1]) / self.resistance
        currents, _, i_o, *_ = self.shell_rates(s[: self.size], s[-1])
        spent = sum(currents) + i_o + self.p.capacitance * self.sweep
        return self.volumes[0] * spent + self.links(s)[0]

    def rhs(self, t, s, ds):
        p, size, inwards = self.p, self.size, self.links(s)
        set_surface = self.current is None and self.resistance == 0
        entering = 0.0 if set_surface else self.drawn(t, s)
        for number, volume in enumerate(self.volumes):
            first = number * size
            currents, transfers, i_o, r_d, r_g = self.shell_rates(s[first : first + size], s[-1])
            for k, w in enumerate(self.shares):
                logit = s[first + k]
                room = w * p.metal_holes_max / (2 + exp(logit) + exp(-logit))  # n_max x (1 - x)
                ds[first + k] = (currents[k] - transfers[k]) / room
            logit = s[first + self.classes]
            room = p.oxygen_holes_max / (2 + exp(logit) + exp(-logit))
            ds[first + self.classes] = (i_o + sum(transfers) - r_d - r_g) / room
            ds[first + self.classes + 1] = r_d
            ds[first + self.classes + 2] = r_g / 4
            spent = (entering - inwards[number]) / volume - sum(currents) - i_o
            ds[first + size - 1] = spent / p.capacitance
            entering = inwards[number]
        if set_surface:
            ds[size - 1] = self.sweep
        ds[-1] = (self.surroundings - s[-1]) / p.thermal_time

    def transformed(self, start):
        """A state of the package for CVODE; the same in every shell unless it knows more."""
        p, inner = self.p, start.inner
        if not inner:
            metal = start.metal_holes * self.shares
            shell = [*metal, start.oxygen_holes, start.dark_holes, start.oxygen_gas, start.voltage]
            inner = shell * len(self.volumes)
        state = np.array([*inner, start.temperature])
        for number in range(len(self.volumes)):
            shell = state[number * self.size : (number + 1) * self.size]
            most = np.append(self.shares * p.metal_holes_max, p.oxygen_holes_max)
            filling = shell[: self.classes + 1] / most
            shell[: self.classes + 1] = np.log(filling / (1 - filling))
        return state

    def solver(self, stop_voltage, stop_current, rtol):
        moving = self.sweep if self.current is None else self.current
        direction = 1 if moving > 0 else -1

        def event(t, s, out):
            voltage = self.terminal(t, s)
            out[0] = -1.0 if stop_voltage is None else direction * (voltage - stop_voltage)
            out[1] = -1.0 if stop_current is None else stop_current - abs(self.drawn(t, s))

        event.terminal, event.direction = [True, True], [1, 1]
        shell = [*[1e-9] * self.classes, 1e-9, 1e-13, 1e-13, 1e-11]
        atol = np.array([*shell * len(self.volumes), 1e-9])
        options = {"eventsfn": event, "num_events": 2, "max_num_steps": 200_000, "jacfn": self.jacobian}
        if self.sweep != 0.0:  # CVODE's Jacobian may be 20 steps old; the fastest rate grows with voltage
            options["max_step"] = SWEEP_STEP / abs(self.sweep)
        return CVODE(lambda t, s, ds: self.rhs(t, s, ds), rtol=rtol, atol=atol, **options)

    def jacobian(self, t, s, ds, matrix):
        """Difference quotients, closer than CVODE's own: gas that is exhausted feels 1e-12 molecules."""
        shell = [*[1e-9] * self.classes, 1e-9, 1e-9, 1e-13, 1e-9]
        moved, slope = s.copy(), np.empty_like(ds)
        for place, small in enumerate([*shell * len(self.volumes), 1e-6]):
            moved[place] = s[place] + small
            self.rhs(t, moved, slope)
            matrix[:, place] = (slope - ds) / (moved[place] - s[place])
            moved[place] = s[place]

    def terminal(self, t, s):
        """Voltage at the terminals."""
        if self.current is None and self.resistance > 0:
            return self.voltage + self.sweep * t
        return s[self.size - 1] + self.resistance * (self.current or 0.0)

    def solve(self, start, times, *, stop_voltage=None, rtol=1e-10):
        """CVODE's solution at times, or at its own steps when there are two."""
        solution = self.solver(stop_voltage, None, rtol).solve(
            np.asarray(times, dtype=float), self.transformed(start)
        )
        assert solution.success
        return Solved(self, solution.t, solution.y, "time" if solution.i_events is None else "voltage")

    def history(self, state, duration, *, stop_voltage=None, stop_current=None):
        """CVODE's own steps from a transformed state up to a limit.

        Where a couple is exhausted CVODE may give up after failed steps, since it then falls back on slopes
        that stiffness has made meaningless. It is started anew from the last step that it accepted.
        """
        solver, times, states = self.solver(stop_voltage, stop_current, 1e-9), [0.0], [state]
        for _ in range(MOST_RESTARTS):
            now = times[-1]
            with np.errstate(over="ignore", invalid="ignore"):  # in states that CVODE tries and rejects
                solution = solver.solve(np.array([now, duration]), states[-1])
            kept = solution.t > now
            if not solution.success:  # its last row is the failed attempt
                kept[-1] = False
            times.extend(solution.t[kept])
            states.extend(solution.y[kept])
            if solution.success:
                met = solution.i_events
                ended = "time" if met is None else "voltage" if met[-1][0] else "current"
                return Solved(self, np.array(times), np.array(states), ended)
        raise AssertionError(f"CVODE failed at {times[-1]} s: {solution.message}")


@dataclass
class Solved:
    """A step as CVODE solved it; ``transformed`` are its own states."""

    electrode: ReferenceElectrode
    times: np.ndarray
    transformed: np.ndarray
    stopped_by: str

    @property
    def shells(self):
        """Per row and shell: n, p, d, o2, V."""
        e = self.electrode
        cells = self.transformed[:, :-1].reshape(len(self.times), len(e.volumes), e.size)
        filled = 1 / (1 + np.exp(-cells[..., : e.classes + 1]))
        metal = e.p.metal_holes_max * filled[..., : e.classes] @ e.shares
        oxygen = e.p.oxygen_holes_max * filled[..., e.classes]
        return np.stack([metal, oxygen, *np.moveaxis(cells[..., e.classes + 1 :], -1, 0)], axis=-1)

    @property
    def states(self):
        """Means n, p, d, o2, voltage at the terminals, T."""
        means = np.einsum("rsc,s->rc", self.shells, self.electrode.volumes)
        pairs = zip(self.times, self.transformed, strict=True)
        means[:, 4] = [self.electrode.terminal(t, s) for t, s in pairs]
        return np.column_stack([means, self.transformed[:, -1]])

    @property
    def duration(self):
        return float(self.times[-1])

    @property
    def specific_capacity(self):
        p = self.electrode.p
        held = self.shells @ np.array([1, 1, 1, 4, p.capacitance]) @ self.electrode.volumes
        return (held - held[0]) * p.mah_per_gram


def solved_step(parameters, state, voltage, step, *, shells=1, classes=1):
    """Solve one step from a transformed state, or from one of the package, at a voltage of the terminals."""
    per_gram = parameters.molar_mass / FARADAY / 1000  # mA/g -> electrons/(f.u. s)
    current, sweep, stop_voltage, stop_current = step.signed_current * per_gram, 0.0, step.stop_voltage, None
    longest, ended = step.duration or 3e8, "time"
    if step.kind == "hold":
        current, stop_current = None, step.stop_specific_current and step.stop_specific_current * per_gram
    if step.kind == "sweep":
        current, sweep = None, math.copysign(step.sweep_rate, step.stop_voltage - voltage)
    if step.stop_capacity is not None and step.stop_capacity * 3600 / step.specific_current < longest:
        longest, ended = step.stop_capacity * 3600 / step.specific_current, "capacity"
    electrode = ReferenceElectrode(
        parameters, current, step.temperature, sweep=sweep, voltage=voltage, shells=shells, classes=classes
    )
    if not isinstance(state, np.ndarray):
        state = electrode.transformed(state)
    moving = sweep if current is None else current
    past = stop_voltage is not None and math.copysign(1, moving) * (
        electrode.terminal(0.0, state) - stop_voltage
    )
    if stop_voltage is not None and past >= 0:
        return Solved(electrode, np.zeros(1), state[None, :], "voltage")
    solved = electrode.history(state, longest, stop_voltage=stop_voltage, stop_current=stop_current)
    solved.stopped_by = ended if solved.stopped_by == "time" else solved.stopped_by
    return solved
