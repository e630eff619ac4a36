"""Who does the work: executors of every kind, tasks with a seed of their own, checkpoints."""

from lmct.execution.choice import open_executor
from lmct.execution.outcomes import outcomes
from lmct.execution.tasks import finished_tasks, run_tasks

__all__ = ["finished_tasks", "open_executor", "outcomes", "run_tasks"]
