"""Run every benchmark, or those named: ``python -m benchmarks two_cycles``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks

NO_BENCHMARK = ("__main__", "measure", "pybamm_peer")


def main() -> None:
    """Run the benchmarks one after the other."""
    names = sorted({module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - {*NO_BENCHMARK})
    for name in sys.argv[1:] or names:
        if name not in names:
            raise SystemExit(f"no benchmark is called {name!r}. Known: {', '.join(names)}.")
        print(f"== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
