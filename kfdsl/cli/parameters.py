"""`--params FILE` and `--set NAME=VALUE` in, values by parameter name out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kfdsl.given import Given


def setting(text: str) -> tuple[str, str]:
    """Split the `NAME=VALUE` of one `--set`."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        message = f"'{text}' is not of the form NAME=VALUE"
        raise argparse.ArgumentTypeError(message)
    return name, value


def read(file: str | None, settings: Sequence[tuple[str, str]]) -> Given:
    """Return the values of `file` (YAML or JSON) and of the settings, which win; those are texts."""
    from kfdsl.given import Given

    if file is None:
        return Given(dict(settings))
    from kfdsl.cli.values_file import load

    found = load(file)
    own = dict(settings)
    places = {path: place for path, place in found.places.items() if path[0] not in own}
    return Given({**found.values, **own}, places)
