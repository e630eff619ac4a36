"""Where the electrode parameters come from: targets with their source, observables, search."""
