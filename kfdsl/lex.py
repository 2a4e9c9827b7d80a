"""Text to tokens: one regular expression, and a stack of brackets for line ends and `${…}`."""

from __future__ import annotations

import re

from kfdsl.source import Source

DEEPEST = 200
"""Brackets that may be open at once; more is no program, and would exhaust the stack of later stages."""

_TEXT = r'(?:[^"\\\n$]|\\[^\n]|\$(?!\{))*+'
_TOKEN = re.compile(
    r"""[ \t\r\f]*+(?:
      (?P<NAME>[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)
    | (?P<_NL>(?:\#[^\n]*+)?\n(?:[ \t\r\f]*+(?:\#[^\n]*+)?\n)*+)
    | (?P<STRING>"(?!"")TEXT")
    | (?P<SIGN>\?\?|==|!=|<=|>=|\.\.|[{}()\[\]<>=,.:*/%+?-])
    | (?P<NUMBER>[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?(?:[A-Za-z]+[0-9]+)*[A-Za-z]*)
    | (?P<VERBATIM>'[^'\n]*')
    | (?P<STRING_HEAD>"(?!"")TEXT\$\{)
    | (?P<BLOCK_OPEN>\$?"{3,})
    | (?P<COMMENT>\#[^\n]*+)
    )""".replace("TEXT", _TEXT),
    re.VERBOSE,
)
_TAIL = re.compile(r"\}" + _TEXT + r'(?P<end>"|\$\{)')
_FIRST = re.compile(r"[ \t]*")
_CLOSE = {")": "(", "]": "[", "}": "{"}
_PARTNER = {opener: closer for closer, opener in _CLOSE.items()}
_OPEN = frozenset(_PARTNER)
_MEANT = {"&&": "and", "||": "or", "!": "not", "&": "and", "|": "or", ";": "\n"}


class Tokens:
    """The tokens of a source: three lists of one length, and what could not be read.

    `kinds` holds terminals of the grammar, signs as themselves (`{`), and `$END` last; `starts` and `ends` are
    character offsets. `problems` are `(what, start, end)`: `string`, `verbatim`, `block`, `interpolation` (never
    closed), `deep` (too many brackets), `character`; of a lexer that repairs also `unclosed` (the bracket at `start`
    should have been closed at `end`) and `unopened`. `balanced` tells whether all brackets have their partners.
    """

    __slots__ = ("balanced", "ends", "kinds", "problems", "source", "starts")

    def __init__(self, source: Source) -> None:
        """Start empty."""
        self.source = source
        self.kinds: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.problems: list[tuple[str, int, int]] = []
        self.balanced = True

    def text(self, index: int) -> str:
        """Return the characters of a token."""
        return self.source.text[self.starts[index] : self.ends[index]]

    def add(self, kind: str, start: int, end: int) -> None:
        """Append a token."""
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)


def lex(source: Source) -> Tokens:
    """Return the tokens of a text; what is not a token is put down in `problems`, and reading goes on.

    Where brackets do not match, the text is read once more and the indentation tells which one is to blame;
    missing brackets are put in, superfluous ones left out.
    """
    tokens = _Lexer(source, repair=False).run()
    return tokens if tokens.balanced else _Lexer(source, repair=True).run()


class _Lexer:
    """One run over a text; `open` holds the brackets that are open: sign and offset."""

    def __init__(self, source: Source, *, repair: bool) -> None:
        self.tokens = Tokens(source)
        self.text = source.text
        self.repair = repair
        self.open: list[tuple[str, int]] = []

    def run(self) -> Tokens:
        text, tokens, open_brackets = self.text, self.tokens, self.open
        length, match, add = len(text), _TOKEN.match, tokens.add
        at = 0
        while at < length:
            found = match(text, at)
            if found is None:
                at = _stray(tokens, at)
                continue
            kind, end = found.lastgroup, found.end()
            start = found.start(kind)  # type: ignore[arg-type]  # every alternative is a named group
            at = end
            if kind == "SIGN":
                kind = text[start:end]
                if kind in _OPEN:
                    open_brackets.append((kind, start))
                    if len(open_brackets) > DEEPEST:
                        tokens.problems.append(("deep", start, end))
                        break
                elif kind in _CLOSE:
                    if kind == "}" and open_brackets and open_brackets[-1][0][0] in '"$':
                        at = self.continue_text(start)
                        continue
                    if not self.close(kind, start):
                        continue
            elif kind == "_NL":
                if self.repair:
                    self.close_by_indentation(start, end)
                if open_brackets and open_brackets[-1][0] != "{":
                    continue
            elif kind == "STRING_HEAD":
                open_brackets.append(('"', start))
            elif kind == "BLOCK_OPEN":
                at = self.open_block(start, end)
                continue
            elif kind == "COMMENT":
                continue
            add(kind, start, end)  # type: ignore[arg-type]  # as above
        if open_brackets:
            tokens.balanced = False
            if self.repair:
                self.close_by_indentation(length, length)
        tokens.add("$END", length, length)
        return tokens

    def close(self, kind: str, start: int) -> bool:
        """Take a closing bracket; tell whether it has a partner."""
        if self.open and self.open[-1][0] == _CLOSE[kind]:
            self.open.pop()
            return True
        self.tokens.balanced = False
        if self.repair:
            while any(sign == _CLOSE[kind] for sign, _ in self.open) and self.open[-1][0] in "([":
                self.put_in(start)
            if self.open and self.open[-1][0] == _CLOSE[kind]:
                self.open.pop()
                return True
            self.tokens.problems.append(("unopened", start, start + 1))
            return False
        return True

    def close_by_indentation(self, start: int, end: int) -> None:
        """Close what the line after the line end `start` to `end` shows to be over."""
        text = self.text
        line = text.rfind("\n", 0, end) + 1
        first = _FIRST.match(text, end)
        here = first.end() - line if first else -1
        closer = text[first.end() : first.end() + 1] in _CLOSE if first else False
        while self.open and self.open[-1][0] in _OPEN:
            at = text.rfind("\n", 0, self.open[-1][1]) + 1
            opened = _FIRST.match(text, at).end() - at  # type: ignore[union-attr]  # matches the empty text
            if here > opened or (here == opened and closer):
                return
            self.put_in(start)

    def put_in(self, at: int) -> None:
        """Put in the bracket that closes the one opened last."""
        sign, opened = self.open.pop()
        self.tokens.problems.append(("unclosed", opened, at))
        if sign == "{" and self.tokens.kinds[-1] not in ("_NL", "{"):
            self.tokens.add("_NL", at, at)
        self.tokens.add(_PARTNER[sign], at, at)

    def continue_text(self, start: int) -> int:
        """Read on behind the `}` of a `${…}`; return where to go on."""
        tokens, (opener, opened) = self.tokens, self.open.pop()
        if opener == '"':
            found = _TAIL.match(self.text, start)
            if found is None:
                end = _line_end(self.text, start)
                tokens.problems.append(("string", start, end))
                tokens.add("STRING_TAIL", start, end)
                return end
            more, end = found["end"] == "${", found.end()
            tokens.add("STRING_MID" if more else "STRING_TAIL", start, end)
        else:
            more, end = _block_piece(tokens, start + 1, len(opener) - 1)
            tokens.add("BLOCK_MID" if more else "BLOCK_TAIL", start, end)
        if more:
            self.open.append((opener, opened))
        return end

    def open_block(self, start: int, end: int) -> int:
        """Read a block of text, or its part before the first `${`; return where to go on."""
        tokens, text = self.tokens, self.text
        if text[start] == '"':
            stop = _closing(text, end, end - start)
            if stop < 0:
                tokens.problems.append(("block", start, end))
                stop = len(text)
            tokens.add("BLOCK", start, stop)
            return stop
        more, stop = _block_piece(tokens, end, end - start - 1)
        tokens.add("BLOCK_HEAD" if more else "BLOCK_WHOLE", start, stop)
        if more:
            self.open.append((text[start:end], start))
        return stop


def _closing(text: str, start: int, quotes: int) -> int:
    """Return the end of the first run of at least so many quotes, or -1."""
    at = text.find('"' * quotes, start)
    if at < 0:
        return -1
    at += quotes
    while text[at : at + 1] == '"':
        at += 1
    return at


def _block_piece(tokens: Tokens, start: int, quotes: int) -> tuple[bool, int]:
    """Find the next `${` or the closing quotes of an interpolated block; tell which, and where it ends."""
    pattern = re.compile(r'\\\$\{|(?P<value>\$\{)|(?P<close>"{%d}(?!"))' % quotes)
    for found in pattern.finditer(tokens.source.text, start):
        if found.lastgroup:
            return found.lastgroup == "value", found.end()
    end = len(tokens.source.text)
    tokens.problems.append(("block", start - quotes - 1, start))
    return False, end


def _stray(tokens: Tokens, at: int) -> int:
    """Put down what no token begins with; return where to go on."""
    text = tokens.source.text
    while text[at] in " \t\r\f":
        at += 1
        if at == len(text):
            return at
    if text[at] in "\"'":
        end = _line_end(text, at)
        tokens.problems.append(("string" if text[at] == '"' else "verbatim", at, end))
        tokens.add("STRING" if text[at] == '"' else "VERBATIM", at, end)
        return end
    end = at + (2 if text[at : at + 2] in _MEANT else 1)
    tokens.problems.append(("character", at, end))
    meant = _MEANT.get(text[at:end])
    if meant == "\n":
        tokens.add("_NL", at, end)
    elif meant:
        tokens.add("NAME", at, end)
    return end


def meant(text: str) -> str | None:
    """Return the word that other languages write as this sign, where there is one: `&&` is `and`."""
    return _MEANT.get(text)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end
