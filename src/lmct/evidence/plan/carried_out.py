"""Carry a candidate out virtually: add to a campaign what it would give if some values were true."""

from __future__ import annotations

from collections.abc import Mapping

from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.observation import Campaign
from lmct.evidence.plan.candidate import Candidate
from lmct.evidence.virtual.observe import observe


def carried_out(
    likelihood: Likelihood, candidate: Candidate, values: Mapping[str, float], *, seed: int
) -> Likelihood:
    """Return a likelihood with the virtual data of a candidate added to its campaign.

    Parameters
    ----------
    likelihood
        What is known now.
    candidate
        What is measured next.
    values
        The truth: values of all unknowns of the likelihood. Constants of new instruments are taken at the
        middle of their priors where they are not among them.
    seed
        Of the errors.

    Returns
    -------
    :
        The likelihood of all data, with constants of new instruments among its unknowns.

    Raises
    ------
    NotConverged
        The mechanism cannot do what the candidate asks with these values.
    """
    before = likelihood.campaign
    new = observe(likelihood.mechanism, values, candidate.measurements, seed=seed)
    known = {one.name for one in before.unknowns}
    constants = tuple(one for one in new.unknowns if one.name not in known)
    campaign = Campaign((*before.observations, *new.observations), (*before.unknowns, *constants))
    return Likelihood(likelihood.mechanism, campaign, outliers=likelihood.outliers)
