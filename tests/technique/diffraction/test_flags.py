from __future__ import annotations

import pytest

from lmct.technique.diffraction.flags import (
    AT_BOUND,
    DISAGREE,
    LEFT_HUMP,
    NO_PEAKS,
    NOT_CONVERGED,
    OUTLIER,
    POOR_FIT,
    SPIKE,
    UNEXPLAINED,
    WEIGHTS_ESTIMATED,
    WRONG_INTENSITIES,
    is_harmless,
)


def test_cells_are_believed_in_spite_of_harmless_flags():
    assert is_harmless(())
    assert is_harmless((SPIKE, UNEXPLAINED, POOR_FIT, LEFT_HUMP, WEIGHTS_ESTIMATED))
    assert is_harmless(("correlated: a, displacement (-0.96)", "phase not seen: NiO"))


@pytest.mark.parametrize(
    "flag", [NO_PEAKS, NOT_CONVERGED, AT_BOUND, WRONG_INTENSITIES, DISAGREE, OUTLIER, "unreadable", "held: a"]
)
def test_one_grave_flag_is_enough(flag):
    assert not is_harmless((SPIKE, flag))
