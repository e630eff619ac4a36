"""The 4-byte numbers of Bruker's binary files."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def float_values(raw: bytes, *, count: int, at: int, stride: int = 4) -> Float[np.ndarray, "point"]:
    """Return 4-byte numbers that begin every ``stride`` bytes.

    Parameters
    ----------
    raw
        The file.
    count
        How many.
    at
        Where the first begins.
    stride
        Bytes from one to the next, at least 4.

    Examples
    --------
    >>> float_values(np.array([1.5, 7.0], dtype="<f4").tobytes(), count=2, at=0)
    array([1.5, 7. ])
    """
    records = np.frombuffer(raw, np.uint8, count * stride, at).reshape(count, stride)
    with np.errstate(invalid="ignore"):
        return np.ascontiguousarray(records[:, :4]).view("<f4")[:, 0].astype(float)
