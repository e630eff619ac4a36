"""Work for the tests of executors, importable by worker processes."""

import os
import time


def draw(argument, random):
    return argument, float(random.standard_normal())
