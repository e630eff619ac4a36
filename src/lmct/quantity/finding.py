"""A finding: one number about the state of a sample, with where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lmct.quantity.value import Value


@dataclass(frozen=True, slots=True)
class Finding:
    """What one analysis says about one sample in one condition.

    Techniques return findings and nothing else, so that they can be compared, stored and put into one ledger
    without knowing each other.

    Parameters
    ----------
    quantity
        Name of the quantity in whole words, for example ``"metal_plateau_capacity"``.
    value
        The number with its standard uncertainty and unit.
    sample
        Name of the sample in the study.
    technique
        Name of the technique, for example ``"electrochemistry"``.
    condition
        State and history in words, for example ``"cycle 1, discharge"`` or ``"140 degC, 90 s"``.
    source_file
        File or files (joined by ``"; "``) the number was read from, relative to the study.
    source_sha256
        Hash of each file, in the same order, joined by ``"; "``.
    note
        What a reader must know to trust the number: dominant model error, assumptions, why it is missing.
    """

    quantity: str
    value: Value
    sample: str = ""
    technique: str = ""
    condition: str = ""
    source_file: str = ""
    source_sha256: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as one flat dictionary of plain JSON types."""
        number = self.value.to_json()
        return {
            "quantity": self.quantity,
            "value": number["value"],
            "uncertainty": number["uncertainty"],
            "unit": number["unit"],
            "degrees_of_freedom": number["degrees_of_freedom"],
            "sample": self.sample,
            "technique": self.technique,
            "condition": self.condition,
            "source_file": self.source_file,
            "source_sha256": self.source_sha256,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Finding:
        """Rebuild a finding from what :meth:`to_json` gave."""
        texts = ("sample", "technique", "condition", "source_file", "source_sha256", "note")
        return cls(
            quantity=data["quantity"],
            value=Value.from_json(data),
            **{name: data.get(name, "") for name in texts},
        )
