"""kfdsl: pipelines in `.pipe` files, compiled to Argo Workflows and Kubeflow Pipelines.

The Python API: `check` and `compile` take a text, or the path of a file as a `pathlib.Path`; they give
`Diagnostic`s, and a `Result` with `Manifest`s. `check_text`, `check_file`, `compile_text` and `compile_file`
are the same with all options (docs/api.md).
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in `typing`, whose import takes a tenth of the time of `kfdsl --version`

__version__ = "0.1.0"
__all__ = [
    "Diagnostic",
    "Manifest",
    "Result",
    "check",
    "check_file",
    "check_text",
    "compile",
    "compile_file",
    "compile_text",
]

if TYPE_CHECKING:
    from typing import Any

    from kfdsl.compiler import (
        Result,
        check,
        check_file,
        check_text,
        compile,  # noqa: A004  # what the package is for
        compile_file,
        compile_text,
    )
    from kfdsl.diagnostics import Diagnostic
    from kfdsl.targets.manifest import Manifest


def __getattr__(name: str) -> Any:  # noqa: ANN401  # what is looked up
    """Import on first use: `kfdsl --version` needs none of it."""
    if name == "Diagnostic":
        from kfdsl.diagnostics import Diagnostic  # noqa: PLC0415  # on first use

        return Diagnostic
    if name in __all__:
        from kfdsl import compiler  # noqa: PLC0415  # likewise

        return getattr(compiler, name)
    message = f"module 'kfdsl' has no attribute {name!r}"
    raise AttributeError(message)
