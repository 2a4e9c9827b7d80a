"""The templates of a manifest: equal ones once, each under a name of its own, in the order of the calls."""

from __future__ import annotations

import json

from kfdsl import ir
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.common.patches.patched import Patched


class Entry:
    """A template of a body, and which variables for exact text its containers need."""

    __slots__ = ("brace", "claims", "none", "resources", "template")

    def __init__(self, template: Object, leaf: Leaf) -> None:
        """Take the needs of the first call."""
        self.template = template
        self.claims = leaf.claims
        self.resources = leaf.body.resources
        self.brace = leaf.brace
        self.none = leaf.none

    @property
    def claim(self) -> ir.Resource | None:
        """The volume that is made for the run, None where there is none."""
        made = ("new_claim", "workspace")
        volumes = [one for one in self.resources.values() if one.call in made]
        return next((one for one in volumes if one.name.replace("_", "-").lower() in self.claims), None)


class Registry:
    """Templates by name; `run` is the pipeline that the manifest of this kind runs."""

    __slots__ = (
        "_by_content",
        "_nothing",
        "kind",
        "leaves",
        "patched",
        "plain",
        "plain_leaves",
        "run",
        "scopes",
        "taken",
    )

    def __init__(
        self, run: ir.Pipeline | None = None, kind: str = "Workflow", patched: Patched | None = None
    ) -> None:
        """Begin without templates; `patched` is told what patches do."""
        self.run = run
        self.kind = kind
        self.patched = patched or Patched()
        self.leaves: dict[str, Entry] = {}
        self.scopes: dict[str, Scope] = {}
        self.plain: dict[str, tuple[Object, Object]] = {}
        self.plain_leaves: dict[str, Object] = {}
        self.taken: set[str] = set()
        self._nothing = ""
        self._by_content: dict[str, str] = {}

    def reserve(self, wanted: str) -> str:
        """Return a name that no template has."""
        name = names.unique(names.template_name(wanted), self.taken)
        self.taken.add(name)
        return name

    def add(self, template: Object, leaf: Leaf) -> str:
        """Keep a template; return the name of an equal one where there is one."""
        wanted = str(template["name"])
        content = json.dumps({**template, "name": ""})
        known = self._by_content.get(content)
        if known is None:
            known = self._by_content[content] = self.reserve(wanted)
            template["name"] = known
            self.leaves[known] = Entry(template, leaf)
        else:
            entry = self.leaves[known]
            entry.brace, entry.none = entry.brace or leaf.brace, entry.none or leaf.none
        return known

    def add_plain(self, found: tuple[Object, Object]) -> str:
        """Keep a DAG made by hand and the template that its only task runs; return the name of the DAG."""
        content = json.dumps(found)
        if content not in self._by_content:
            outer, inner = found
            inner["name"] = self.reserve(str(inner["name"]))
            outer["name"] = self._by_content[content] = self.reserve(str(outer["name"]))
            task: Object = {"name": inner["name"], "template": inner["name"]}
            self.plain[str(outer["name"])] = (outer | {"dag": {"tasks": [task]}}, inner)
        return self._by_content[content]

    def nothing(self) -> str:
        """Return the name of a template that does nothing, without a pod."""
        if not self._nothing:
            self._nothing = self.reserve("nothing")
            self.plain_leaves[self._nothing] = {"name": self._nothing, "suspend": {"duration": "0"}}
        return self._nothing

    def keep(self, template: Object, leaf: Leaf) -> None:
        """Keep a template whose name is reserved."""
        self.leaves[str(template["name"])] = Entry(template, leaf)

    def leaf(self, name: str) -> Object:
        """Return a finished template that calls no other; none for a name that is only reserved."""
        if name not in self.leaves:
            return self.plain_leaves.get(name, {})
        entry = self.leaves[name]
        first = markers(brace=entry.brace, none=entry.none)
        if first:
            for key in ("container", "script"):
                body = entry.template.get(key)
                if isinstance(body, dict):
                    body["env"] = first + body.get("env", [])
            several = entry.template.get("containerSet")
            if isinstance(several, dict):
                for one in several["containers"]:
                    one["env"] = first + one.get("env", [])
            entry.brace = entry.none = False
        return entry.template


def markers(*, brace: bool, none: bool) -> list[Object]:
    """Return the variables for `{` and for absent values; they stand first."""
    made: list[Object] = [{"name": text.BRACE, "value": "{"}] if brace else []
    return made + ([{"name": text.NONE, "value": ""}] if none else [])
