"""What rows of each kind do to the workspace. Each module has `apply(desk, rows)`, which a trial run and a real run
call alike; only the desk knows whether anything is written."""
