"""Sums of noisy measured references, for every technique that counts species by them.

``solve_combination(CombinationProblem(...), window=...)`` takes spectrum and references as ``MeasuredCurve``
and returns amounts, shift, covariance and the response of each value to each intensity; what a misfit does is
told by ``fit_probability``, ``values_without_blocks`` and ``jackknife_variance``.
"""

from lmct.technique.combination.mismatch import fit_probability, jackknife_variance, values_without_blocks
from lmct.technique.combination.problem import CombinationProblem, MeasuredCurve
from lmct.technique.combination.solution import CombinationSolution, solve_combination

__all__ = [
    "CombinationProblem",
    "CombinationSolution",
    "MeasuredCurve",
    "fit_probability",
    "jackknife_variance",
    "solve_combination",
    "values_without_blocks",
]
