"""Try mechanisms on the same data."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from lmct.evidence.hypotheses.comparison import Comparison
from lmct.evidence.hypotheses.trial import try_mechanism
from lmct.evidence.inference.evaluation import Progress
from lmct.evidence.inference.search import Effort
from lmct.evidence.likelihood.block import Outliers
from lmct.evidence.likelihood.mechanism import Mechanism
from lmct.evidence.likelihood.observation import Campaign
from lmct.quantity.errors import OutOfRange


def compare(
    campaign: Campaign,
    mechanisms: Sequence[Mechanism],
    *,
    seed: int,
    executor: Executor | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    effort: Effort = "usual",
    outliers: Outliers | None = None,
    wider: bool = True,
) -> Comparison:
    """Try mechanisms on the same data: evidence, what each cannot make, and a verdict.

    Parameters
    ----------
    campaign
        The data and the constants of the instruments, whose priors are the same for all mechanisms.
    mechanisms
        At least one, with distinct names.
    seed
        Of the random numbers; the numbers of one mechanism do not depend on which others are tried.
    executor
        Where likelihoods are computed; None for here.
    checkpoint
        Folder that keeps what is done, so that a killed run goes on; None keeps nothing.
    progress
        Told how far the search for each mechanism is.
    effort
        ``"quick"``, ``"usual"`` or ``"thorough"``.
    outliers
        How often cells go wrong.
    wider
        Whether every evidence is computed a second time with the mechanism's priors twice as wide; without
        that nothing is called strong.

    Returns
    -------
    :
        The comparison.

    Raises
    ------
    OutOfRange
        There is no mechanism, or two have one name.
    """
    names = [one.name for one in mechanisms]
    if not names or len(set(names)) < len(names):
        raise OutOfRange(f"a comparison needs mechanisms with distinct names, got {names}. Name each once.")
    if checkpoint is not None:
        checkpoint.mkdir(parents=True, exist_ok=True)
    return Comparison(
        tuple(
            try_mechanism(
                one,
                campaign,
                seed=seed,
                executor=executor,
                checkpoint=checkpoint,
                progress=progress,
                effort=effort,
                outliers=outliers,
                wider=wider,
            )
            for one in mechanisms
        )
    )
