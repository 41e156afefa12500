"""Exit codes of the `tropa` command, as docs/reference/cli.md lists them."""

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
