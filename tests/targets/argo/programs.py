"""Small programs for tests: compiled, and parts of what comes out."""

from __future__ import annotations

from typing import Any

import yaml

from kfdsl.compiler import Result, compile_text

HEAD = 'edition 2026\n\npipeline p {\n  defaults { image = "busybox" }\n'


def compiled(body: str, **options: Any) -> Result:  # noqa: ANN401  # options of compile_text
    """Return what a pipeline with a body of steps compiles to; errors fail the test."""
    result = compile_text(f"{HEAD}{body}\n}}\n", name="p.pipe", **options)
    assert [f.message for f in result.diagnostics if f.severity == "error"] == []
    return result


def manifest(body: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401  # the same
    """Return its manifest."""
    loaded: dict[str, Any] = yaml.safe_load(compiled(body, **options).text)
    return loaded


def manifests(text: str) -> list[dict[str, Any]]:
    """Return the manifests of a whole file."""
    result = compile_text(text, name="p.pipe")
    assert [f.message for f in result.diagnostics if f.severity == "error"] == []
    return list(yaml.safe_load_all(result.text))


def task(made: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the first task of a name."""
    found: dict[str, Any] = next(
        task
        for template in made["spec"]["templates"]
        for task in template.get("dag", {}).get("tasks", ())
        if task["name"] == name
    )
    return found


def argument(made: dict[str, Any], name: str, parameter: str) -> str:
    """Return the value of an argument of a task."""
    listed = task(made, name)["arguments"]["parameters"]
    return next(str(one["value"]) for one in listed if one["name"] == parameter)


def template(made: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a template."""
    found: dict[str, Any] = next(t for t in made["spec"]["templates"] if t["name"] == name)
    return found


def refused(body: str) -> list[str]:
    """Return the messages of KF300; there is no manifest then."""
    result = compile_text(f"{HEAD}{body}\n}}\n", name="p.pipe")
    assert not result.manifests
    return [found.message for found in result.diagnostics if found.code == "KF300"]
