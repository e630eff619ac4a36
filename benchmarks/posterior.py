"""Two rate constants from a charge and a discharge: effective samples per CPU second, lmct against PyBOP.

Both get the same data, noise and priors, and log likelihoods that agree. PyBOP samples in standard-normal
coordinates by the better of two adaptive Metropolis samplers of PINTS. It is given what lmct has to find: it
starts at the truth with the mean variance of the posterior (it takes no matrix), and its warm-up is not
counted; lmct's searches are. Its simulator is the lean model, built once, IDAKLU stopped at the jump of the
current, at the loosest tolerance that is good enough. PyBOP's own simulator, which is general, is slower.
"""

from __future__ import annotations

import logging
import math
import time

import numpy as np

from benchmarks.measure import in_turn, spread, verdict
from lmct.electrode import Electrode, load
from lmct.evidence.inference import posterior_of
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.observation import Campaign, Observation
from lmct.evidence.likelihood.prior import Normal
from lmct.evidence.likelihood.unknown import Unknown
from lmct.evidence.mechanism import mechanism_named
from lmct.protocol import charge, discharge, run_protocol
from lmct.quantity.constants import HOUR

NAMES = ("metal_rate", "oxygen_rate")
WIDTH = 0.7
"""Of the priors of both, in the natural logarithm."""

SPECIFIC_CURRENT = 20.0
UP, DOWN = 12.0 * HOUR, 11.0 * HOUR
EVERY = 0.5 * HOUR
EARLIER = 1e-3
"""The current jumps this much too early in PyBaMM, whose stops are rounded [s]."""

NOISE = 0.005
TRUTH = (0.6, -0.8)
"""In standard deviations of the priors."""

ROUNDS = 3
CHAINS, ITERATIONS, WARM_UP = 2, 1500, 300
SAMPLERS = ("HaarioBardenetACMC", "RaoBlackwellACMC")
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6)
GOOD_ENOUGH = 0.1
"""Standard deviation of the error of log likelihoods in the posterior; a constant error does no harm."""

TARGET = 20.0
PROTOCOL = (
    charge(specific_current=SPECIFIC_CURRENT, voltage=5.5, duration=UP),
    discharge(specific_current=SPECIFIC_CURRENT, voltage=0.5, duration=DOWN),
)
TIMES = (np.arange(EVERY, UP, EVERY), np.arange(EVERY, DOWN + EVERY, EVERY))


def rates_at(coordinates):
    """Return both rates at standard-normal coordinates."""
    base = load()
    pairs = zip(NAMES, coordinates, strict=True)
    return {name: getattr(base, name) * math.exp(WIDTH * place) for name, place in pairs}


def exact_voltages(coordinates):
    """Return the voltages of both steps, solved at a tolerance of 1e-10."""
    electrode = Electrode(load().replace(**rates_at(coordinates)), tolerance=1e-10)
    pairs = zip(run_protocol(electrode, PROTOCOL).segments, TIMES, strict=True)
    return [segment.at(times)[:, 4] for segment, times in pairs]


def data():
    """Return exact voltages at the truth with noise."""
    random = np.random.default_rng(6)
    return [shown + NOISE * random.standard_normal(len(shown)) for shown in exact_voltages(TRUTH)]


def lmct_likelihood():
    base = load()
    unknowns = [
        Unknown(name, Normal(getattr(base, name), WIDTH, logarithmic=True, source="both")) for name in NAMES
    ]
    observations = [
        Observation(
            name=f"step {number}",
            observable="voltage",
            protocol=PROTOCOL,
            step=number,
            at=times,
            values=values,
            uncertainty=np.full(len(times), NOISE),
            unit="V",
        )
        for number, (times, values) in enumerate(zip(TIMES, data(), strict=True))
    ]
    return Likelihood(
        mechanism_named(unknowns=unknowns), Campaign(tuple(observations)), outliers=Outliers(share=0.0)
    )


def lean_simulation(tolerance):
    """Return a function from coordinates to the voltages of the peer's simulation."""
    import pybamm

    from benchmarks import pybamm_peer as peer

    base = load()
    current = SPECIFIC_CURRENT / base.mah_per_gram / HOUR
    drive = current * (1.0 - 2.0 * (pybamm.t >= UP - EARLIER))
    model = peer.lean_model(base, varied=NAMES, current=drive, events={})
    stops = np.array([0.0, UP, UP + DOWN])
    times = np.concatenate([TIMES[0], UP + TIMES[1]])
    solver = pybamm.IDAKLUSolver(
        rtol=tolerance, atol=tolerance * peer.SCALE, options={"num_threads": 1}, output_variables=["voltage"]
    )
    start = peer.inputs_of(Electrode(base).pristine())

    def voltages(coordinates):
        solution = solver.solve(model, stops, inputs={**start, **rates_at(coordinates)}, t_interp=times)
        return solution["voltage"].data[np.searchsorted(solution.t, times - EARLIER)]

    return voltages


def log_likelihood(shown, measured):
    """Return the logarithm of the likelihood, as both samplers understand it."""
    constant = -len(measured) * math.log(NOISE * math.sqrt(2.0 * math.pi))
    return constant - 0.5 * float(np.sum(((measured - shown) / NOISE) ** 2))


def good_simulation(places):
    """Return the peer's cheapest simulation that is good enough at all places, and its tolerance."""
    measured = np.concatenate(data())
    exact = [log_likelihood(np.concatenate(exact_voltages(place)), measured) for place in places]
    for tolerance in TOLERANCES:
        simulate = lean_simulation(tolerance)
        found = [log_likelihood(simulate(place), measured) for place in places]
        error = float(np.std(np.subtract(found, exact)))
        print(f"PyBaMM at tolerance {tolerance:g}: errors of log likelihoods deviate by {error:.3f}")
        if error < GOOD_ENOUGH:
            return simulate, tolerance
    raise RuntimeError("PyBaMM is not accurate enough at any tolerance")


def pybop_problem(simulate):
    """Return the log posterior as PyBOP's problem, a function of standard-normal coordinates."""
    import pybop

    class Lean(pybop.BaseSimulator):
        def set_output_variables(self, target):
            pass

        def batch_solve(self, inputs, calculate_sensitivities=False):
            found = []
            for one in inputs:
                solution = pybop.Solution(one)
                solution.set_solution_variable("Voltage [V]", simulate([one[name] for name in NAMES]))
                found.append(solution)
            return found

    places = zip(NAMES, TRUTH, strict=True)
    parameters = pybop.Parameters(
        {name: pybop.Parameter(initial_value=z, prior=pybop.Gaussian(0.0, 1.0)) for name, z in places}
    )
    dataset = pybop.Dataset(
        {
            "Time [s]": np.concatenate([TIMES[0], UP + TIMES[1]]),
            "Voltage [V]": np.concatenate(data()),
        }
    )
    likelihood = pybop.GaussianLogLikelihoodKnownSigma(dataset, sigma0=NOISE)
    return pybop.Problem(Lean(parameters), pybop.LogPosterior(likelihood))


def pybop_samples(problem, sampler, variance, seed):
    """Return chains after the warm-up, and the CPU time of that part [s]."""
    import pybop

    np.random.seed(seed)  # noqa: NPY002 - PINTS draws from it
    options = pybop.PintsSamplerOptions(
        n_chains=CHAINS,
        cov=variance,
        max_iterations=ITERATIONS,
        warm_up_iterations=WARM_UP,
        initial_phase_iterations=50,
        log_to_screen=False,
    )
    run = getattr(pybop, sampler)(problem, options=options).run
    begin = time.process_time()
    chains = run().chains
    return chains, (time.process_time() - begin) * (1.0 - WARM_UP / ITERATIONS)


def effective(chains):
    """Return the effective samples of chains, of the worse of both unknowns."""
    import arviz

    return min(float(arviz.ess(chains[:, :, place], method="bulk")) for place in range(len(NAMES)))


def coordinates_of(posterior):
    """Return samples in standard-normal coordinates."""
    base = load()
    columns = [np.log(posterior.of(name) / getattr(base, name)) / WIDTH for name in NAMES]
    return np.column_stack(columns)


def words(samples, evaluations, seconds):
    """Return what a sampler achieved."""
    return f"{samples:.0f} of {evaluations} in {seconds:.1f} s CPU"


def print_moments(coordinates):
    """Print means and deviations, which must agree between the samplers."""
    print(f"; means {coordinates.mean(axis=0).round(3)}, deviations {coordinates.std(axis=0).round(3)}")


def main():
    logging.disable(logging.INFO)
    likelihood = lmct_likelihood()
    first = coordinates_of(posterior_of(likelihood, seed=1))
    places = [TRUTH, *first[:12]]
    simulate, tolerance = good_simulation(places)
    problem = pybop_problem(simulate)
    errors = [
        likelihood.log_likelihood(rates_at(place))
        - log_likelihood(np.concatenate(exact_voltages(place)), np.concatenate(data()))
        for place in places
    ]
    print(f"lmct as it fits: errors of log likelihoods deviate by {np.std(errors):.3f}")
    truth = dict(zip(NAMES, TRUTH, strict=True))
    once = {
        "lmct likelihood": lambda: likelihood.log_likelihood(rates_at(TRUTH)),
        "PyBaMM solve": lambda: simulate(TRUTH),
        "PyBOP posterior": lambda: problem.evaluate(truth),
    }
    for name, times in in_turn(once, 5).items():
        print(f"{name}: {spread([1e3 * cpu for cpu, _ in times])} ms CPU")
    rows = []
    for seed in range(1, ROUNDS + 1):
        begin = time.process_time()
        ours = posterior_of(likelihood, seed=seed, effort="thorough")
        spent = time.process_time() - begin
        print(f"round {seed}: lmct {words(ours.effective_samples, ours.evaluations, spent)}", end="")
        print_moments(coordinates_of(ours))
        rates = []
        for sampler in SAMPLERS:
            chains, cpu = pybop_samples(problem, sampler, float(first.var(axis=0).mean()), seed)
            kept = chains.reshape(-1, len(NAMES))
            rates.append(effective(chains) / cpu)
            print(f"  PyBOP {sampler} {words(effective(chains), len(kept), cpu)}", end="")
            print_moments(kept)
        rows.append((ours.effective_samples / spent, max(rates)))
    both = np.array(rows)
    print(f"PyBaMM's tolerance {tolerance:g}; effective samples per CPU second:", end=" ")
    print(f"lmct {spread(both[:, 0], 1)}, PyBOP's best {spread(both[:, 1], 1)}")
    print(verdict("lmct / PyBOP", list(both[:, 0] / both[:, 1]), TARGET))


if __name__ == "__main__":
    main()
