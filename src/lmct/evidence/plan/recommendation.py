"""What a plan recommends, in words that claim no more than its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from lmct.evidence.plan.plan import Plan, Rating
from lmct.quantity.value import shorthand

RESOLVED = 0.5
"""Below this share of resolved data a gain is called a lower bound."""

SHOWN = 3
"""Names that a sentence lists."""


def recommendation(plan: Plan, left_out: Sequence[str] = ()) -> Plan:
    """Return a plan with its recommendation in words.

    Parameters
    ----------
    plan
        The plan.
    left_out
        Names of candidates that were not rated.

    Returns
    -------
    :
        The plan with messages.
    """
    messages = [_most_telling(plan), _per_hour(plan)]
    best = plan.recommended
    if best is not None and best.gain.resolved < RESOLVED:
        messages.append(
            f"After {best.candidate.name} too few of the {plan.samples} samples of the posterior would be"
            " left to read a width from: the gain is a lower bound. Plan again after it is done."
        )
    if left_out:
        messages.append(
            f"{len(left_out)} candidates were not rated, since they cannot be carried out for some of what is"
            f" still possible: {_listed(left_out)}."
        )
    return replace(plan, messages=tuple(one for one in messages if one))


def _most_telling(plan: Plan) -> str:
    best = plan.recommended
    if best is None:
        return (
            f"None of the {len(plan.ratings)} candidates would tell anything about {plan.target} that the"
            " numerical error does not cover. Look for other candidates, or use more samples."
        )
    equal = plan.most_telling
    words = f"{best.candidate.name} tells most about {plan.target}: {_gain(best)}{_width(plan, best)}."
    if len(equal) > 1:
        others = [one.candidate.name for one in equal if one is not best]
        words += (
            f" {len(others)} more cannot be told apart from it by gain ({_listed(others)}); it is the one"
            " that takes the fewest hours."
        )
    return words


def _per_hour(plan: Plan) -> str:
    best = plan.recommended_per_hour
    if best is None or best is plan.recommended:
        return ""
    return (
        f"Per hour {best.candidate.name} tells most: {_gain(best)} in {best.candidate.cost.total:.1f} h of"
        f" hands and equipment{_width(plan, best)}."
    )


def _gain(rating: Rating) -> str:
    return f"{shorthand(rating.gain.value, rating.gain.error)} nat"


def _width(plan: Plan, rating: Rating) -> str:
    if math.isnan(rating.width):
        return ""
    unit = f" {plan.unit}" if plan.unit else ""
    return f", its width falls from {plan.width:.3g} to {rating.width:.3g}{unit} on average"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return "; ".join(names[:SHOWN]) + more
