"""Simulated patterns of crystals, of states of the electrode and of whole runs."""
