"""What the findings of each technique mean in electrons: one file per technique."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "contract": ["Converted"],
        "registry": ["CONVERSIONS", "equations_of_findings"],
    },
)
