"""What stops a command before or after the compiler: `Problem`."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818  # the user's or the disk's, not an error of kfdsl
    """A mistake in the command line or trouble with a file: printed after `kfdsl: `, exit code 2."""


def trouble(verb: str, path: str, error: OSError) -> str:
    """Say in one line which file could not be read or written, and why."""
    return f"cannot {verb} {path}: {error.strerror or error}"
