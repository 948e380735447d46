"""The budgets, measured: ``python -m benchmarks [NAME…]``. The exit code tells whether all of them hold."""
