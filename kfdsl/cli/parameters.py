"""`--params FILE` and `--set NAME=VALUE` in, values by parameter name out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kfdsl.given import Given, Path
    from kfdsl.source import Span


def setting(text: str) -> tuple[str, str]:
    """Split the `NAME=VALUE` of one `--set`."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        message = f"'{text}' is not of the form NAME=VALUE"
        raise argparse.ArgumentTypeError(message)
    return name, value


def read(files: Sequence[str], settings: Sequence[tuple[str, str]]) -> Given:
    """Return the values of files (YAML or JSON) and of settings, which are texts; of one name, the last wins."""
    from kfdsl.given import Given

    values: dict[str, object] = {}
    places: dict[Path, Span] = {}
    if files:
        from kfdsl.cli.values_file import load

        for found in map(load, files):
            places = {path: at for path, at in places.items() if path[0] not in found.values} | dict(
                found.places
            )
            values |= found.values
    own = dict(settings)
    return Given({**values, **own}, {path: at for path, at in places.items() if path[0] not in own})
