"""The electrode in other people's software: PyBaMM (`pip install 'lmct[pybamm]'`)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "experiment": ["pybamm_experiment", "pybamm_step"],
        "model": ["parameter_values", "pybamm_model"],
        "protocol_run": ["PybammRun", "PybammSegment", "run_in_pybamm"],
    },
)
