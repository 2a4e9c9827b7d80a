"""Templates to text: the one place where Jinja is set up, so that every `{{ }}` is a YAML value.

A template has the shape of a document; what is in its `{{ }}` is data and is written as a YAML value on one
line, never as text, so that no string can break out of its place. `{{ "{{workflow.name}}" }}` is a value too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from jinja2 import (
    BaseLoader,
    Environment,
    FunctionLoader,
    StrictUndefined,
    Undefined,
    UndefinedError,
    pass_context,
)
from markupsafe import Markup

from kfdsl import resources
from kfdsl.targets import yaml_text

if TYPE_CHECKING:
    from jinja2.runtime import Context

    from kfdsl.targets.yaml_text import Value

T = TypeVar("T")


def render(template_name: str, **context: object) -> str:
    """Return the text of a template, named as in `argo/manifest.yaml.j2`."""
    return environment().get_template(template_name).render(context)


@cache
def environment(loader: BaseLoader | None = None) -> Environment:
    """Return the environment of all templates; `loader` may give them in another form, as `ModuleLoader`.

    A template has the filters `block` and `comment`:

    `key: {{- value | block(4) }}` writes over several lines what is after a key at column 4 (from 0); the `-`
    takes the space away and the filter puts it back where there is a value on the same line.

    `{{ text | comment }}` writes comment lines.
    """
    # Not HTML: `autoescape` makes Jinja tell text (`Markup`: macros, blocks) from data.
    made = Environment(
        loader=loader or FunctionLoader(_source),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {"block": _block, "comment": comment}
    return made


def to_yaml(value: Value | Markup | Undefined) -> Markup:
    """Return a value as YAML on one line; `Markup` is YAML already.

    Raises:
        jinja2.UndefinedError: the template uses a name that it was not given.
    """
    if isinstance(value, Markup):
        return value
    return Markup(yaml_text.flow(_defined(value)))  # noqa: S704  # the text of a YAML value


def comment(text: str) -> Markup:
    """Return `text` as comment lines, without a line end after the last."""
    lines = [f"# {yaml_text.escaped(line)}".rstrip() for line in _defined(text).splitlines()]
    return Markup("\n".join(lines) or "#")  # noqa: S704  # nothing in it can end the comment


# Jinja escapes constants for HTML and skips `finalize` for them, except if `finalize` needs the context.
@pass_context
def _finalize(_: Context, value: Value | Markup | Undefined) -> Markup:
    return to_yaml(value)


def _block(value: Value | Undefined, indent: int) -> Markup:
    text = yaml_text.block(_defined(value), indent)
    return Markup(text if text.startswith("\n") else f" {text}")  # noqa: S704  # the text of a YAML value


def _defined(value: T | Undefined) -> T:
    if isinstance(value, Undefined):
        raise UndefinedError(str(value))  # `str` raises it already, with the message for this place
    return value


def _source(name: str) -> str | None:
    try:
        return resources.read(f"templates/{name}")
    except FileNotFoundError:
        return None
