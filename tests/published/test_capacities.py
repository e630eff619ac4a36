"""Capacities of x Li2TiO3 · (1-x) LiTi0.5Ni0.5O2, as other software (periodictable) gives them."""

import pytest

from lmct.material import load

pytestmark = pytest.mark.published

# x, Li, Ti, Ni per two oxygens, g/mol, then mAh/g: per Li, Ni2+/3+, Ni2+/4+, all Li
TABLE = [
    (0.0, 1.0000, 0.5000, 0.5000, 92.218, 290.63, 145.32, 290.63, 290.63),
    (0.1, 1.0476, 0.5238, 0.4286, 89.496, 299.47, 128.34, 256.69, 313.73),
    (0.2, 1.0909, 0.5455, 0.3636, 87.021, 307.99, 112.00, 223.99, 335.99),
    (0.3, 1.1304, 0.5652, 0.3043, 84.762, 316.20, 96.23, 192.47, 357.44),
    (0.4, 1.1667, 0.5833, 0.2500, 82.690, 324.12, 81.03, 162.06, 378.14),
    (0.5, 1.2000, 0.6000, 0.2000, 80.785, 331.76, 66.35, 132.71, 398.12),
    (0.6, 1.2308, 0.6154, 0.1538, 79.026, 339.15, 52.18, 104.35, 417.41),
    (1.0, 1.3333, 0.6667, 0.0000, 73.163, 366.33, 0.00, 0.00, 488.44),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"x={row[0]}")
def test_family(row):
    x, lithium, titanium, nickel, mass, per_lithium, m2_m3, m2_m4, all_lithium = row
    material = load("li-ti-ni-o", x=x)
    amounts = [material.composition[symbol] for symbol in ("Li", "Ti", "Ni", "O")]
    assert amounts == pytest.approx([lithium, titanium, nickel, 2.0], abs=6e-5)
    assert material.molar_mass == pytest.approx(mass, abs=1e-3)
    capacities = [
        material.capacity_per_lithium,
        material.capacity_m2_m3,
        material.capacity_m2_m4,
        material.capacity_all_lithium,
    ]
    assert capacities == pytest.approx([per_lithium, m2_m3, m2_m4, all_lithium], abs=0.01)


def test_200_mah_is_more_than_nickel_can_give():
    # Li 2022 charges to 200 mAh/g; Ni2+/4+ of the main member ends at 162.
    material = load("li-ti-ni-o", x=0.4)
    assert 200.0 / material.capacity_per_lithium == pytest.approx(0.617, abs=5e-4)
    assert 200.0 - material.capacity_m2_m4 == pytest.approx(38, abs=0.5)
