"""Follows values through a manifest as Argo and Kubernetes do: placeholders first, then variables."""

# ruff: noqa: ANN401
# Manifests are read without their types.

from __future__ import annotations

import re
from typing import Any

TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
VARIABLE = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)")


class Run:
    """A workflow with one DAG, whose tasks can be asked for what their containers get."""

    def __init__(self, manifest: Any) -> None:
        """Keep the parts of a manifest."""
        spec = manifest["spec"]
        self.templates = {template["name"]: template for template in spec["templates"]}
        self.tasks = {task["name"]: task for task in self.templates[spec["entrypoint"]]["dag"]["tasks"]}
        given = spec.get("arguments", {}).get("parameters", ())
        self.params = {f"workflow.parameters.{one['name']}": one["value"] for one in given}

    def container(self, name: str, item: Any = None) -> tuple[list[str], dict[str, str]]:
        """Return the words of the command and the variables that a task's container gets."""
        task = self.tasks[name]
        template = self.templates[task["template"]]
        known = dict(self.params)
        if isinstance(item, dict):
            known |= {f"item.{key}": value for key, value in item.items()}
        elif item is not None:
            known["item"] = item
        given = task.get("arguments", {}).get("parameters", ())
        known |= {f"inputs.parameters.{one['name']}": replaced(one["value"], known) for one in given}
        container = template.get("container") or template["script"]
        variables: dict[str, str] = {}
        for variable in container.get("env", ()):
            variables[variable["name"]] = expanded(replaced(variable["value"], known), variables)
        words = [*container["command"], *container.get("args", ())]
        if "script" in template:
            words.append(container["source"])
        return [expanded(replaced(word, known), variables) for word in words], variables

    def items(self, name: str) -> list[Any]:
        """Return the items of a task."""
        found: list[Any] = self.tasks[name]["withItems"]
        return found


def replaced(text: str, known: dict[str, str]) -> str:
    """Replace the placeholders of Argo; one that is not known would stay, or end the run."""

    def value(tag: re.Match[str]) -> str:
        name = re.sub(r"\['(.+?)'\]", r".\1", tag[1].removeprefix("=").strip())
        assert name in known, f"{tag[0]} is no value that was meant"
        return known[name]

    result = TAG.sub(value, text)
    assert "{{" not in result, "Argo would look for a placeholder in the result once more"
    return result


def expanded(text: str, variables: dict[str, str]) -> str:
    """Replace variables as Kubernetes does; unknown ones stay."""
    return VARIABLE.sub(lambda m: "$" if m[1] is None else variables.get(m[1], m[0]), text)
