"""The 0-D electrode: Gibbs energy, rate laws, integrator, energy budget."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "budget": ["Budget"],
        "model": ["Electrode"],
        "parameters": ["ElectrodeParameters", "load", "sets"],
        "segment": ["Segment"],
        "state": ["Drive", "ElectrodeState"],
    },
)
