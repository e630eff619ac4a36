"""The electrode: Gibbs energy, rate laws, integrator, energy budget."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "budget": ["Budget"],
        "model": ["Electrode"],
        "parameter_file": ["load", "read", "sets"],
        "parameters": ["ElectrodeParameters"],
        "segment": ["Segment"],
        "state": ["Drive", "ElectrodeState"],
    },
)
