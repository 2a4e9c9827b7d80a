"""Time the definition of a hundred small classes, made in three ways: what docs/decisions/0001-nodes.md says."""

from __future__ import annotations

import time

HEAD = {
    "dataclass": "from dataclasses import dataclass",
    "NamedTuple": "from typing import NamedTuple",
    "Node": "from kfdsl.node import Node",
}
CLASS = {
    "dataclass": "@dataclass(frozen=True, slots=True)\nclass C{}:",
    "NamedTuple": "class C{}(NamedTuple):",
    "Node": "class C{}(Node):",
}
BODY = "\n    a: int\n    b: str\n    c: tuple[int, ...]\n    d: bool = False\n"


def main() -> None:
    """Print the best of five definitions of each kind, in ms."""
    for kind, head in HEAD.items():
        scope: dict[str, object] = {"__name__": "__main__"}
        exec(f"from __future__ import annotations\n{head}", scope)  # noqa: S102  # text of this module
        text = "from __future__ import annotations\n" + "".join(
            CLASS[kind].format(i) + BODY for i in range(100)
        )
        code = compile(text, kind, "exec")
        best = 1e9
        for _ in range(5):
            start = time.perf_counter()
            exec(code, scope)  # noqa: S102  # as above
            best = min(best, time.perf_counter() - start)
        print(f"{kind}: {best * 1000:.0f} ms")


if __name__ == "__main__":
    main()
