"""The findings of one rendering, and what the caller allows although the open-source backend cannot run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.node import replace
from kfdsl.source import Span
from kfdsl.targets.common.patches.patched import Patched
from kfdsl.targets.kfp.refusal import Refused, Unplaced

UNRUNNABLE: Final = "not-run-by-kfp"
DIFFERS: Final = "differs-on-kfp"
_ALLOWED: Final = frozenset(("all", "unrunnable", UNRUNNABLE, "KF311"))


class Findings:
    """Collects what is found; nothing that is found ends the search."""

    __slots__ = ("allow", "found", "known", "later", "patched")

    def __init__(self, allow: frozenset[str] = frozenset()) -> None:
        """Begin without findings; `allow` are codes and names of what becomes a note."""
        self.allow = allow
        self.found: list[Diagnostic] = []
        self.known: set[tuple[int, int, str, str]] = set()
        self.later: list[Callable[[], None]] = []
        self.patched = Patched()

    def failed(self) -> bool:
        """Tell whether anything found is an error."""
        return self.patched.failed or any(one.severity == "error" for one in self.found)

    def each(self) -> tuple[Diagnostic, ...]:
        """Return what was found, each once: a component is rendered for each step that calls it."""
        found = {
            (one.message, one.span.source.name, one.span.start): one
            for one in reversed([*self.found, *self.patched.findings])
        }
        return tuple(reversed(found.values()))

    def attempt(self, action: Callable[[], None]) -> None:
        """Do something; note what is refused in it."""
        try:
            action()
        except Unplaced:
            pass
        except Refused as refused:
            self._add(refused.diagnostic)

    def refuse(self, span: Span, message: str, *helps: str) -> None:
        """Note what has no form, and go on."""
        self._add(Refused(span, message, *helps).diagnostic)

    def unrunnable(self, span: Span, message: str, *helps: str) -> None:
        """Note what the IR says and the open-source backend cannot run; go on as if it could."""
        found = report(UNRUNNABLE, span, message, helps=helps)
        self._add(replace(found, severity="note") if self.allow & _ALLOWED else found)

    def differs(self, span: Span, message: str, *helps: str) -> None:
        """Note what happens otherwise than on other engines."""
        self._add(report(DIFFERS, span, message, helps=helps))

    def _add(self, found: Diagnostic) -> None:
        """Keep what was not found before: a step may be rendered more than once."""
        key = found.span.start, found.span.end, found.span.source.name, found.message
        if key not in self.known:
            self.known.add(key)
            self.found.append(found)
