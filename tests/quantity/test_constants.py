import pytest
from scipy import constants as codata

from lmct.quantity import constants


def test_constants_agree_with_codata():
    assert pytest.approx(codata.value("Faraday constant"), rel=1e-9) == constants.FARADAY
    assert pytest.approx(codata.k / codata.e, rel=1e-9) == constants.BOLTZMANN
    assert pytest.approx(codata.h / codata.e, rel=1e-9) == constants.PLANCK
    assert constants.COULOMB_PER_MAH == constants.HOUR / 1000
