"""Gas measured on one cell speaks of every sample with the same charge, less surely."""

from __future__ import annotations

from collections.abc import Sequence

from lmct.evidence.ledger.account import Account
from lmct.evidence.ledger.context import Powder
from lmct.evidence.ledger.conversion.contract import Converted, Setting
from lmct.evidence.ledger.conversion.gas_evolution import NAME, GasState
from lmct.evidence.ledger.equation import Effect, Equation, Parameter, Term, scaled_by
from lmct.evidence.ledger.state import StateKey, half_cycle_of

CELL_TO_CELL = 0.1
"""Scatter of the gas of cells that were charged alike, relative [1]: an assumption; Li 2022 measures two
cells or more of each composition (L634) and does not tell how they differ."""

OWN_SCATTER = 0.002
"""Scatter between samples of one powder beside that [1/f.u.]: an assumption."""

EXACT = 2e-4
"""How exactly the gas of a cell is kept apart from its own deviation [1/f.u.]."""

HEATED = 0.05
"""Gas that heating drives out of a charged powder, 0.00(5) [1/f.u.]: an assumption, as much again as the
first charge of Li 2022 (L135-140), for nobody measured it."""


def carried_gas(measured: Sequence[GasState], states: Sequence[StateKey], setting: Setting) -> Converted:
    """Return what gas measured elsewhere says of the states of powders that were charged alike.

    A state of a powder takes over the gas of other samples of the powder, and of cells whose charge went up
    to the same limit, when its own gas was not measured. All of them differ from the gas that the charge
    usually gives, which is unknown: each cell by an error of its own, and the samples of a powder by one that
    they share, so that many samples do not make their gas better known than one cell can tell. These
    errors are assumptions and take no part in chi-square.

    Parameters
    ----------
    measured
        States whose gas was measured.
    states
        All states of the ledger.
    setting
        Material, powders.

    Returns
    -------
    :
        One equation for each cell and each state, and what was assumed.
    """
    equations: list[Equation] = []
    messages: list[str] = []
    own = {one.state for one in measured}
    for powder in setting.context.powders:
        sources = _sources(measured, powder)
        targets = [one for one in states if one not in own and _is_charged(one, powder)]
        if sources and targets:
            equations += [_usual_gas(one, powder, str(one), EXACT) for one in sources]
            equations += [_usual_gas(one, powder, powder.name, OWN_SCATTER) for one in targets]
            messages.append(_message(sources, targets, powder))
    return Converted(tuple(equations), tuple(messages))


def _sources(measured: Sequence[GasState], powder: Powder) -> tuple[StateKey, ...]:
    """Return the states whose gas is that of the charge of a powder, none that was heated since."""
    found = [
        one.state
        for one in measured
        if (one.state.sample in powder.samples and one.state.sample not in powder.heated)
        or (powder.limit and one.limit == powder.limit)
    ]
    return tuple(dict.fromkeys(found))


def _is_charged(state: StateKey, powder: Powder) -> bool:
    return state.sample in powder.samples and half_cycle_of(state.place) in (None, (1, "charge"))


def _usual_gas(state: StateKey, powder: Powder, name: str, uncertainty: float) -> Equation:
    """Return that the gas of a state is that of the charge, but for its deviation and for heating."""
    usual = Parameter(
        f"{NAME}: gas of the charge of {powder.name}", NAME, 1.0, "1/f.u.", "unknown", free=True
    )
    other = f"{NAME}: gas of {name} against other cells"
    deviation = Parameter(other, NAME, CELL_TO_CELL, source="assumption: cell to cell", free=True)
    terms = (Term(state, Account.GAS, 1.0),)
    effects = [scaled_by(deviation, terms), Effect(usual, constant=-usual.size)]
    if state.sample in powder.heated:
        effects.append(Effect(_driven_out(state), constant=-HEATED))
    return Equation(
        technique=NAME,
        value=0.0,
        uncertainty=uncertainty,
        terms=terms,
        effects=tuple(effects),
        words="gas of the cells with the same charge",
    )


def _driven_out(state: StateKey) -> Parameter:
    """Return the gas that heating drove out: an assumption, which takes no part in chi-square."""
    return Parameter(f"{NAME}: gas that heating drove out of {state}", NAME, HEATED, "1/f.u.", free=True)


def _message(sources: Sequence[StateKey], targets: Sequence[StateKey], powder: Powder) -> str:
    heated = sum(one.sample in powder.heated for one in targets)
    count = "1 state" if len(targets) == 1 else f"{len(targets)} states"
    said = (
        f"Gas of {count} of {powder.name!r} is that of {', '.join(repr(str(one)) for one in sources[:3])},"
        f" charged alike: {CELL_TO_CELL:.0%} from cell to cell is an assumption."
    )
    if heated:
        said += f" {heated} of them were heated: 0.00({HEATED * 100:.0f}) electrons more is assumed for that."
    return said
