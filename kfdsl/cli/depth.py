"""`--depth N|all` in, a number of levels out, None for all."""

from __future__ import annotations

import argparse


def depth(text: str) -> int | None:
    """Read the value of `--depth`."""
    if text == "all":
        return None
    if text.isdecimal() and text.isascii() and len(text) < 5:
        return int(text)
    message = f"'{text}' is neither a number of levels nor all"
    raise argparse.ArgumentTypeError(message)
