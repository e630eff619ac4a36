"""The lattice at rest and under heating: rate laws with an end that is not known."""
