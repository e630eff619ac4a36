"""Figures of patterns, sequences, lattice parameters and relaxations."""
