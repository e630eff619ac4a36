"""Virtual campaigns: what planned measurements would give if a mechanism were true, errors included."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "diffraction": ["lattice_at_rest", "operando_lattice"],
        "electrochemistry": ["cycling_curves", "plateau_titration", "rest_voltage", "rested_cell"],
        "errors": ["MeasurementErrors"],
        "observe": ["draft", "observe", "prior_draw"],
        "planned": ["PlannedMeasurement", "Reading", "instrument_unknowns"],
        "spectroscopy": ["gas_total", "metal_edge", "photoemission"],
    },
)
