"""What a study asks of a fit: its observations, and the mechanisms that are to explain them."""

from __future__ import annotations

from fnmatch import fnmatchcase

from lmct import material as materials
from lmct.electrode.of_material import parameters_of_material
from lmct.electrode.parameter_file import load
from lmct.electrode.parameters import ElectrodeParameters
from lmct.evidence.likelihood.likelihood import Likelihood
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.evidence.mechanism.registry import LEADING, MECHANISMS, mechanism_named
from lmct.evidence.observed.campaign import campaign_of_samples
from lmct.quantity.errors import unknown_name
from lmct.study.fit_table import FitEntry
from lmct.study.layout import Study
from lmct.study.result import StudyResult
from lmct.study.sample_records import sample_records


def campaign_of_study(result: StudyResult) -> tuple[Campaign, tuple[str, ...]]:
    """Return all observations of a study, without the samples that its ``[fit]`` leaves out.

    Parameters
    ----------
    result
        A run of the study.

    Returns
    -------
    :
        The campaign, and what could not be used and why.

    Raises
    ------
    DataError
        Nothing can be used.
    """
    entry = fit_entry(result.study)
    records = [
        record
        for record in sample_records(result)
        if not any(fnmatchcase(record.name, pattern) for pattern in entry.leave_out)
    ]
    return campaign_of_samples(records, curves=entry.curves)


def mechanism_of_study(study: Study, name: str = "") -> Mechanism:
    """Return a mechanism on the electrode of a study, with the unknowns and priors of its ``[fit]``.

    Parameters
    ----------
    study
        The study.
    name
        Of the mechanism; empty: the one that the study names, or the leading one.

    Returns
    -------
    :
        The mechanism.

    Raises
    ------
    UnknownName
        There is no such mechanism, or it has no such parameter.
    """
    entry = fit_entry(study)
    chosen = name or entry.mechanism or LEADING
    if chosen not in MECHANISMS:
        raise unknown_name("mechanism", chosen, MECHANISMS)
    base = entry.electrode_from(electrode_of_study(study))
    return mechanism_named(chosen, base=base, unknowns=entry.chosen(MECHANISMS[chosen].unknowns(base)))


def likelihood_of_study(result: StudyResult, name: str = "") -> tuple[Likelihood, tuple[str, ...]]:
    """Return the likelihood of a mechanism over everything that a study measured.

    Parameters
    ----------
    result
        A run of the study.
    name
        Of the mechanism; empty as in :func:`mechanism_of_study`.

    Returns
    -------
    :
        The likelihood, and what could not be used and why.
    """
    campaign, messages = campaign_of_study(result)
    outliers = fit_entry(result.study).outliers
    return Likelihood(mechanism_of_study(result.study, name), campaign, outliers=outliers), messages


def electrode_of_study(study: Study) -> ElectrodeParameters:
    """Return the parameters that hold for everything that is not unknown."""
    entry = fit_entry(study)
    if entry.electrode:
        chosen = load(entry.electrode)
        if not study.material:
            return chosen
        member = materials.load(study.material, study.x)
        return chosen.replace(molar_mass=member.molar_mass)
    return parameters_of_material(study.material, study.x) if study.material else load()


def fit_entry(study: Study) -> FitEntry:
    """Return the ``[fit]`` of a study; the defaults when it has none."""
    return FitEntry() if study.fit is None else study.fit
