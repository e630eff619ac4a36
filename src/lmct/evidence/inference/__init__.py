"""Turn the simulators round: from measurements to the most probable numbers, with their uncertainty."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "maximum": ["Maximum", "maximum_of"],
        "posterior": ["Posterior"],
        "search": ["posterior_of"],
    },
)
