from __future__ import annotations

import pytest

from lmct.quantity.errors import OutOfRange, UnknownName
from lmct.technique.diffraction.background import Hump
from lmct.technique.diffraction.request import RefinementRequest, request_from_options


def test_no_options_are_the_defaults():
    assert request_from_options({}) == RefinementRequest()


def test_every_option_arrives():
    request = request_from_options(
        {
            "structure": "nio",
            "phases": "lif",
            "windows": ["beryllium", "ptfe"],
            "method": "rietveld",
            "instrument": "11-bm",
            "wavelengths": 0.458,
            "geometry": "capillary",
            "radius": 173,
            "two_theta_range": [10, 90],
            "excluded": [[51.5, 53.2], [70, 71]],
            "background_terms": 6,
            "humps": [22.0, [40.0, 3.0]],
            "offset": "zero",
            "lithium": 0.9,
            "migration": True,
            "texture": [0, 0, 1],
            "both_directions": False,
        }
    )
    assert request == RefinementRequest(
        structure="nio",
        phases=("lif",),
        windows=("beryllium", "ptfe"),
        method="rietveld",
        instrument="11-bm",
        wavelengths=(0.458,),
        geometry="capillary",
        radius=173.0,
        two_theta_range=(10.0, 90.0),
        excluded=((51.5, 53.2), (70.0, 71.0)),
        background_terms=6,
        humps=(Hump(22.0), Hump(40.0, 3.0)),
        offset="zero",
        lithium=0.9,
        migration=True,
        texture=(0, 0, 1),
        both_directions=False,
    )


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"wavelength": 1.54}, UnknownName, "Did you mean 'wavelengths'"),
        ({"method": "reitveld"}, UnknownName, "'rietveld'"),
        ({"geometry": "reflexion"}, UnknownName, "'reflection'"),
        ({"offset": "both"}, UnknownName, "offset"),
        ({"wavelengths": [1.54, 15.4]}, OutOfRange, "wavelengths"),
        ({"wavelengths": "1.54"}, OutOfRange, "list of numbers"),
        ({"two_theta_range": [90, 10]}, OutOfRange, "smaller one first"),
        ({"excluded": [[10]]}, OutOfRange, "two angles"),
        ({"excluded": "10-20"}, OutOfRange, "Expected a list"),
        ({"lithium": -0.1}, OutOfRange, "lithium"),
        ({"lithium": float("nan")}, OutOfRange, "lithium"),
        ({"humps": [[1, 2, 3]]}, OutOfRange, "humps"),
        ({"texture": [0, 0]}, OutOfRange, "whole numbers"),
        ({"phases": [1]}, OutOfRange, "list of texts"),
        ({"structure": 4.1}, OutOfRange, "Expected a text"),
        ({"space_group": "F m -3 m", "cell": 4.1}, OutOfRange, "methods le-bail and pawley only"),
        ({"space_group": "F m -3 m", "method": "pawley"}, OutOfRange, "Expected --cell as well"),
        ({"lithium": 0.5, "method": "le-bail"}, OutOfRange, "lithium: given with the method le-bail"),
        ({"windows": "ptfe", "phases": "nio", "method": "pawley"}, OutOfRange, "phases, windows: given"),
        ({"migration": True, "method": "pawley"}, OutOfRange, "methods auto, rietveld and fast only"),
        ({"texture": [0, 0, 1], "method": "pawley"}, OutOfRange, "texture"),
    ],
)
def test_what_makes_no_sense_is_named(options, error, words):
    with pytest.raises(error, match=words):
        request_from_options(options)
