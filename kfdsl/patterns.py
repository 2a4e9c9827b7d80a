"""Regular expressions of RE2, which is what Argo reads: searched in time that grows with pattern times text.

Python's `re` backtracks: `(a+)+$` takes it hours. Here all ways through a pattern are followed at once.
What RE2 does not have (back references, lookaround, atomic groups) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeAlias

MOST_REPEATS = 1000
"""Times that RE2 lets a part be repeated."""
MOST_STATES = 10_000
MOST_DEEP = 200
MOST_STEPS = 2_000_000
"""States visited in one search: some seconds."""

_REPEAT = re.compile(r"(?:[*+?]|\{(\d+)(,(\d*))?\})\??", re.ASCII)
_GROUP = re.compile(r"\((?:\?(?:P?<[A-Za-z_]\w*>|([imsU]*)(?:-([imsU]+))?([:)])))?(?!\?)", re.ASCII)
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|[afnrtvdDsSwW]|[^\w\s]|[^\x00-\x7f])", re.ASCII)
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\\\]])*\]", re.DOTALL)
_LEFT = re.compile(r"(?<!\\)(?:\\\\)*(?:\\(?:[pPQ]|x\{|0|[1-7][0-7])|\[[^]]*\[:)")
"""What RE2 has and is left to it."""
_SPACE = r"\t\n\f\r "

Test: TypeAlias = Callable[[str], object]
"""Whether a character is one that may follow."""
Condition: TypeAlias = Callable[[str, int], bool]
"""Whether a place of a text is one where the search may go on."""
Part: TypeAlias = Callable[[int], int]
"""Puts down the states of a part, given the state behind it; returns the first."""


def refuse(message: str) -> NoReturn:
    """Say that RE2 does not read a pattern."""
    raise ValueError(message)


class Pattern:
    """A regular expression that can be searched for.

    Raises:
        ValueError: RE2 does not read it.
        NotImplementedError: RE2 may read it, this module does not.

    """

    def __init__(self, text: str) -> None:
        """Read a pattern."""
        if _LEFT.search(text):
            raise NotImplementedError(text)
        self.text = text
        self.folds = False  # whether a part of it is searched for without regard to case
        self.states: list[tuple[Test | None, Condition | None, Sequence[int]]] = []
        whole = _Reader(self).whole()
        self.start = whole(self.state(()))

    def state(
        self, following: Sequence[int], test: Test | None = None, condition: Condition | None = None
    ) -> int:
        """Put down a state; the one that nothing follows is the end."""
        if len(self.states) >= MOST_STATES:
            raise NotImplementedError(self.text)
        self.states.append((test, condition, following))
        return len(self.states) - 1

    def found(self, text: str) -> bool:
        """Tell whether it is found anywhere in a text.

        Raises:
            NotImplementedError: that takes too long, or compares letters beyond ASCII without case.

        """
        if self.folds and not (self.text + text).isascii():
            raise NotImplementedError(self.text)
        steps = 0
        current: set[int] = set()
        for at in range(len(text) + 1):
            current.add(self.start)
            waiting, tests = list(current), []
            while waiting:
                test, condition, following = self.states[waiting.pop()]
                steps += 1
                if test is not None:
                    tests.append((test, following[0]))
                elif condition is None or condition(text, at):
                    if not following:
                        return True
                    waiting += [one for one in following if one not in current]
                    current.update(following)
            if steps > MOST_STEPS:
                raise NotImplementedError(self.text)
            current = {one for test, one in tests if at < len(text) and test(text[at])}
        return False


class _Reader:
    """Reads a pattern to parts, which put down the states of a `Pattern`."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.text = pattern.text
        self.at = 0
        self.depth = 0
        self.flags = frozenset[str]()

    def whole(self) -> Part:
        part = self.either()
        if self.at < len(self.text):
            refuse("a `)` closes nothing")
        return part

    def either(self) -> Part:
        """Read alternatives, up to a `)` or the end."""
        outside, ways = self.flags, [self.sequence()]
        while self.text.startswith("|", self.at):
            self.at += 1
            ways.append(self.sequence())
        self.flags = outside
        if len(ways) == 1:
            return ways[0]
        return lambda then: self.pattern.state([way(then) for way in ways])

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            part = self.one()
            repeat = _REPEAT.match(self.text, self.at)
            if repeat:
                self.at = repeat.end()
                part = self.repeated(part, repeat)
                if _REPEAT.match(self.text, self.at):
                    refuse(f"`{repeat[0]}` is repeated itself")
            parts.append(part)

        def put(then: int) -> int:
            for part in reversed(parts):
                then = part(then)
            return then

        return put

    def repeated(self, part: Part, repeat: re.Match[str]) -> Part:
        sign = repeat[0][0]
        least = int(repeat[1]) if repeat[1] else int(sign == "+")
        most: int | None = {"*": None, "+": None, "?": 1}.get(sign, least)
        if repeat[2]:
            most = int(repeat[3]) if repeat[3] else None
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            refuse(
                f"`{repeat[0]}` repeats wrongly: at most {MOST_REPEATS} times, and not more at least than at most"
            )

        def put(then: int) -> int:
            states, after = self.pattern.states, then
            if most is None:
                after = self.pattern.state(())
                states[after] = (None, None, (part(after), then))
            else:
                for _ in range(most - least):
                    after = self.pattern.state((part(after), then))
            for _ in range(least):
                after = part(after)
            return after

        return put

    def one(self) -> Part:
        """Read a group, a place or a character."""
        sign, flags = self.text[self.at], self.flags
        pair = self.text[self.at : self.at + 2]
        if sign == "(":
            return self.group()
        if _REPEAT.match(self.text, self.at):
            refuse(f"`{sign}` repeats nothing")
        if sign in "^$" or pair in (r"\A", r"\z", r"\b", r"\B"):
            self.at += 1 if sign in "^$" else 2
            condition = _condition(sign if sign in "^$" else pair[1], lines="m" in flags)
            return lambda then: self.pattern.state((then,), None, condition)
        test = _test(self.character(), flags)
        return lambda then: self.pattern.state((then,), test)

    def group(self) -> Part:
        opened = _GROUP.match(self.text, self.at)
        self.depth += 1
        if opened is None:
            refuse(
                f"`{self.text[self.at : self.at + 3]}` is none of the groups of RE2: it looks neither ahead nor back"
            )
        if self.depth > MOST_DEEP:
            raise NotImplementedError(self.text)
        self.at, outside = opened.end(), self.flags
        self.flags = self.flags.union(opened[1] or "") - frozenset(opened[2] or "")
        self.pattern.folds |= "i" in self.flags
        if opened[3] == ")":
            self.depth -= 1
            return lambda then: then
        part = self.either()
        self.flags = outside
        if not self.text.startswith(")", self.at):
            refuse("a `(` is not closed")
        self.at += 1
        self.depth -= 1
        return part

    def character(self) -> str:
        """Read what stands for one character; return it as Python writes it."""
        sign = self.text[self.at]
        if sign not in "[\\":
            self.at += 1
            return sign if sign == "." else re.escape(sign)
        found = (_CLASS if sign == "[" else _ESCAPE).match(self.text, self.at)
        if found is None and sign == "[":
            refuse("a `[` is not closed")
        if found is None:
            word = self.text[self.at : self.at + 2]
            refuse(f"`{word}` refers back" if word[1:].isdigit() else f"`{word}` is no escape")
        self.at = found.end()
        if sign == "\\":
            return f"[{_SPACE}]" if found[0] == r"\s" else f"[^{_SPACE}]" if found[0] == r"\S" else found[0]
        return re.sub(r"\\s|\\.|(?<!^)[\[&~|]", lambda m: _in_class(m[0]), found[0], flags=re.DOTALL)


def _in_class(word: str) -> str:
    if word == r"\s":
        return _SPACE
    if len(word) == 1:
        return f"\\{word}"
    return word if _ESCAPE.fullmatch(word) or word == r"\x" else refuse(f"`{word}` is no escape")


def _test(character: str, flags: frozenset[str]) -> Test:
    options = re.ASCII
    options |= re.IGNORECASE if "i" in flags else options
    options |= re.DOTALL if "s" in flags else options
    try:
        return re.compile(character, options).match
    except re.error as error:
        return refuse(str(error))


def _condition(sign: str, *, lines: bool) -> Condition:
    """Return the condition of `^ $ A z b B`."""
    if sign in "^A":
        return lambda text, at: at == 0 or (lines and sign == "^" and text[at - 1] == "\n")
    if sign in "$z":
        return lambda text, at: at == len(text) or (lines and sign == "$" and text[at] == "\n")
    return lambda text, at: (_is_word(text, at - 1) != _is_word(text, at)) == (sign == "b")


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at] == "_" or (text[at].isascii() and text[at].isalnum()))
