"""Cycler files: half-cycles, capacities, dQ/dV, titration of the redox couples, equilibrium potential."""
