"""The leading mechanism and its rivals, each ready to be tried on a campaign."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "electrode_priors": ["ELECTRODE_PRIORS", "electrode_unknown"],
        "registry": ["MECHANISMS", "MechanismKind", "mechanism_named"],
    },
)
