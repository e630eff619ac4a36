"""Photoemission: from raw spectra to how much of each species, and how much of it changes with heating."""
