"""Two cycles of a spherical particle at 20 mA/g: cost against the number of shells.

Lithium moves through the particle in the time R²/D = 1 h (for a potential that changes by 1 V per lithium),
so that the shells differ. The cost of an accepted step must grow about linearly with the shells.
"""

from __future__ import annotations

import math
import statistics

from benchmarks.measure import in_turn, spread
from lmct.electrode import Electrode, load
from lmct.protocol import galvanostatic, run_protocol

SHELLS = (1, 5, 10, 20, 40, 80)
TRANSPORT_TIME = 3600.0
ROUNDS = 5
LINEAR = 1.15


class Particle:
    """Two cycles of a particle with so many shells."""

    def __init__(self, shells):
        parameters = load().replace(transport_time=TRANSPORT_TIME)
        self.electrode = Electrode(parameters, shells=shells)

    def solve(self):
        """Run two cycles: what is timed."""
        self.run = run_protocol(self.electrode, galvanostatic())

    @property
    def steps(self):
        """Accepted steps of the integrator."""
        return sum(len(segment.times) - 1 for segment in self.run.segments)


def exponent(first, last):
    """Return the power with which a cost grows between two (shells, cost)."""
    return math.log(last[1] / first[1]) / math.log(last[0] / first[0])


def main():
    particles = {shells: Particle(shells) for shells in SHELLS}
    spent = in_turn({shells: particle.solve for shells, particle in particles.items()}, ROUNDS)
    print("shells  CPU ms                  steps  us/step  us/(step shell)  discharge mAh/g")
    whole, each = {}, {}
    for shells, particle in particles.items():
        cpu = [1e3 * times[0] for times in spent[shells]]
        whole[shells] = statistics.median(cpu)
        each[shells] = 1e3 * whole[shells] / particle.steps
        capacity = -particle.run.steps[-1].capacity_mah_g
        print(
            f"{shells:6}  {spread(cpu):22}  {particle.steps:5}  {each[shells]:7.2f}"
            f"  {each[shells] / shells:15.3f}  {capacity:15.3f}"
        )
    for words, cost in (("a step", each), ("two cycles", whole)):
        power = exponent((10, cost[10]), (80, cost[80]))
        print(f"cost of {words} from 10 to 80 shells: shells to the power {power:.2f}")
    met = exponent((10, each[10]), (80, each[80])) <= LINEAR
    print(f"target: a step grows with no more than the power {LINEAR}: {'met' if met else 'MISSED'}")


if __name__ == "__main__":
    main()
