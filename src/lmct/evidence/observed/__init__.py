"""From the measurements of a study to observations that any mechanism can be compared with."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "campaign": ["campaign_of_samples"],
        "curves": ["Curves"],
        "sample": ["Observed", "SampleRecord"],
    },
)
