"""One likelihood over the measurements of all techniques, for any mechanism."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "block": ["Outliers"],
        "errors_at": ["with_errors_at"],
        "likelihood": ["Likelihood"],
        "mechanism": ["ElectrodeMechanism", "Mechanism"],
        "observable": ["OBSERVABLES"],
        "observation": ["Campaign", "Observation"],
        "relative_error": ["Proportional", "Shifted", "Stretched"],
        "prior": ["Normal", "Prior", "Uniform"],
        "unknown": ["Unknown", "Unknowns"],
    },
)
