"""`--params FILE` and `--set NAME=VALUE` in, values by parameter name out."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from kfdsl.cli.problem import Problem, trouble

SCALARS = (
    ("null", r"null|~|", ("n", "~", "")),
    ("bool", r"true|false", ("t", "f")),
    ("int", r"-?(?:0|[1-9][0-9]*)", tuple("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", tuple("-0123456789")),
)
"""The words that are no strings: JSON's and `~` (YAML 1.2.2, section 10.2); `yes`, `1:30`, dates are text."""


def setting(text: str) -> tuple[str, str]:
    """Split the `NAME=VALUE` of one `--set`."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        message = f"'{text}' is not of the form NAME=VALUE"
        raise argparse.ArgumentTypeError(message)
    return name, value


def read(file: str | None, settings: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Return the values of `file` (YAML or JSON) and of the settings, which win; those are strings."""
    return {**(_load(file) if file else {}), **dict(settings)}


def _load(path: str) -> dict[str, object]:
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {}  # noqa: RUF012  # PyYAML's name; without YAML 1.1's words

    for name, pattern, first in SCALARS:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(f"^(?:{pattern})$"), first)
    try:
        with open(path, encoding="utf-8-sig") as file:
            values = yaml.load(file, Loader)  # noqa: S506  # a SafeLoader
    except OSError as error:
        raise Problem(trouble("read", path, error)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"cannot read {path}: {error}"
        raise Problem(message) from error
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        message = f"{path} must map names of parameters to values, as `epochs: 20`"
        raise Problem(message)
    return values
