"""One balance of electrons for every sample state, from the findings of all techniques."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "account": ["ACCOUNTS", "Account"],
        "conflict": ["FALSE_ALARMS", "Conflict"],
        "consistency": ["Agreement", "Pull"],
        "context": ["LedgerContext", "Metal", "Powder", "context_of_material"],
        "figure": ["figure_sheets"],
        "entry": ["Contribution", "Entry"],
        "ledger": ["Ledger", "build_ledger"],
        "state": ["StateKey"],
        "transfer": ["Transfer"],
    },
)
