"""Text to tokens: one regular expression, and a stack of brackets for line ends and `${…}`."""

from __future__ import annotations

import re
from bisect import bisect_left

from kfdsl.source import Source

DEEPEST = 200
"""Brackets that may be open at once; more is no program, and would exhaust the stack of later stages."""

MOST = 200
"""Problems after which reading stops: a text with more is something else than a program."""

_TEXT = r'(?:[^"\\\n$]|\\[^\n]|\$(?!\{))*+'
_TOKEN = re.compile(
    r"""[ \t\r\f]*+(?:
      (?P<NAME>[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)
    | (?P<_NL>(?:\#[^\n]*+)?\n(?:[ \t\r\f]*+(?:\#[^\n]*+)?\n)*+)
    | (?P<STRING>"(?!"")TEXT")
    | (?P<SIGN>\?\?|==|!=|<=|>=|\.\.|[{}()\[\]<>=,.:*%+?-]|/(?![/*]))
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
_MEANT = {
    "&&": "and",
    "||": "or",
    "!": "not",
    "&": "and",
    "|": "or",
    ";": "\n",
    "\u2013": "-",
    "—": "-",
    "\u2212": "-",
    "…": "..",
}
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+")
_CURLY = re.compile(
    "[“”„‟«»]([^“”„‟«»\"\n]*)[“”„‟«»\"]|[\u2018\u2019\u201a\u201b]([^\u2018\u2019\u201a\u201b'\n]*)[\u2018\u2019\u201a\u201b']"
)
_MORE = re.compile(r"[ \t}]*(?!\r?(?:\n|\Z))[^ \t}#]")
"""Something of an item before the line ends."""
_REMARK = re.compile(r"//[^\n]*|/\*(?s:.*?)(?:\*/|\Z)")
_SHELL = re.compile(r"\$\{[^{}\n\"]*\}|\$[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = frozenset(("NAME", "NUMBER", "STRING", "VERBATIM"))
_VALUE_ENDS = frozenset(
    ("NAME", "NUMBER", "STRING", "VERBATIM", "BLOCK", "STRING_TAIL", "BLOCK_TAIL", "BLOCK_WHOLE", ")", "]")
)
_HEADER = re.compile(
    r"(?:\}\s*(?:else|elif)|step|group|if|for|on|defaults|component|pipeline|library|container|sidecar|init|metric|test)\b[^\n#]*"
)


class Tokens:
    """The tokens of a source: three lists of one length, and what could not be read.

    `kinds` holds terminals of the grammar, signs as themselves (`{`), and `$END` last; `starts` and `ends`
    are character offsets. `balanced` tells whether all brackets have their partners, `stopped` whether reading
    was given up before the end. `problems` are `(what, start, end)`:

    - `string`, `verbatim`, `block`, `interpolation`: never closed; `deep`: too many brackets;
    - `character`, `space` (one that is not of ASCII), `quotes` (typographic), `comment` (of another language),
      `dollar` (`$x` outside of a text);
    - of a lexer that repairs: `unclosed` (the bracket at `start` should have been closed at `end`), `unopened`,
      `mismatched` (opened at `start`, closed by another kind at `end`), and `unbegun` (the block of the `}` at
      `end` should have been opened at `start`).
    """

    __slots__ = ("balanced", "ends", "kinds", "problems", "source", "starts", "stopped")

    def __init__(self, source: Source) -> None:
        """Start empty."""
        self.source = source
        self.kinds: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.problems: list[tuple[str, int, int]] = []
        self.balanced = True
        self.stopped = False

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
    return tokens if tokens.balanced or tokens.stopped else _Lexer(source, repair=True).run()


class _Lexer:
    """One run over a text; `open` holds the brackets that are open: sign and offset."""

    def __init__(self, source: Source, *, repair: bool) -> None:
        self.tokens = Tokens(source)
        self.text = source.text
        self.repair = repair
        self.open: list[tuple[str, int]] = []

    def run(self) -> Tokens:
        """Read all tokens."""
        text, tokens = self.text, self.tokens
        length, match, add = len(text), _TOKEN.match, tokens.add
        at = 0
        while at < length and not tokens.stopped:
            found = match(text, at)
            if found is None:
                at = _stray(tokens, at)
                tokens.stopped = len(tokens.problems) > MOST
                continue
            kind = found.lastgroup or ""  # every alternative is a named group
            start, end = found.start(kind), found.end()
            at = end
            if kind in _PLAIN:
                add(kind, start, end)
                continue
            kind, at = self.special(kind, start, end)
            if kind:
                add(kind, start, end)
            tokens.stopped = len(tokens.problems) > MOST
            if len(self.open) > DEEPEST:
                tokens.problems.append(("deep", start, end))
                tokens.stopped = self.repair
                break
        self.end(length)
        return tokens

    def end(self, length: int) -> None:
        """Close what is open at the end of the text."""
        if self.open:
            self.tokens.balanced = False
            if self.repair and not self.tokens.stopped:
                self.close_by_indentation(length, length)
                self.give_up()
        self.tokens.add("$END", length, length)

    def special(self, kind: str, start: int, end: int) -> tuple[str, int]:
        """Take what changes how the text goes on; return the token that it is, if any, and where to go on."""
        if kind == "SIGN":
            return self.sign(self.text[start:end], start, end)
        if kind == "_NL":
            if self.repair:
                self.close_by_indentation(start, end)
            inside = bool(self.open) and self.open[-1][0] != "{"
            return "" if inside else kind, end
        if kind == "STRING_HEAD":
            self.open.append(('"', start))
            return kind, end
        if kind == "BLOCK_OPEN":
            return "", self.open_block(start, end)
        return "", end

    def sign(self, sign: str, start: int, end: int) -> tuple[str, int]:
        """Take a sign, a bracket perhaps."""
        if sign in _OPEN:
            unclosed = sign == "{" and bool(self.open) and self.open[-1][0] in "(["
            if self.repair and unclosed and self.tokens.kinds[-1] in _VALUE_ENDS:
                self.put_in(self.tokens.ends[-1])
            self.open.append((sign, start))
        elif sign in _CLOSE:
            if sign == "}" and self.open and self.open[-1][0][0] in '"$':
                return "", self.continue_text(start)
            if not self.close(sign, start):
                return "", end
        return sign, end

    def close(self, kind: str, start: int) -> bool:
        """Take a closing bracket; tell whether it is a token of its own, and has a partner."""
        fits = bool(self.open) and self.open[-1][0] == _CLOSE[kind]
        if not self.repair:
            if fits:
                self.open.pop()
            self.tokens.balanced &= fits
            return True
        if kind == "}" and self.is_too_deep(start):
            return self.begin(start)
        if not fits and self.is_mismatched(kind, start):
            sign, opened = self.open.pop()
            self.tokens.problems.append(("mismatched", opened, start))
            self.tokens.add(_PARTNER[sign], start, start + 1)
            return False
        if not fits and any(sign == _CLOSE[kind] for sign, _ in self.open):
            while self.open[-1][0] in "([" and self.open[-1][0] != _CLOSE[kind]:
                self.put_in(self.tokens.ends[-1])
        if self.open and self.open[-1][0] == _CLOSE[kind]:
            self.open.pop()
            return True
        if kind == "}" and not self.open:
            return self.begin(start)
        self.tokens.problems.append(("unopened", start, start + 1))
        return False

    def is_too_deep(self, start: int) -> bool:
        """Tell whether a `}` begins a line that is indented more than that of the bracket it would close."""
        opened = next((at for sign, at in reversed(self.open) if sign == "{"), None)
        line, here = self.indentation(start)
        return opened is not None and line + here == start and here > self.indentation(opened)[1]

    def is_mismatched(self, kind: str, start: int) -> bool:
        """Tell whether a closing bracket was meant for the one opened last, which is of another kind."""
        if not self.open or self.open[-1][0] not in _OPEN:
            return False
        line, here = self.indentation(start)
        opened = self.open[-1][1]
        if opened >= line:
            return not any(at >= line and sign == _CLOSE[kind] for sign, at in self.open)
        return line + here == start and self.indentation(opened)[1] == here

    def begin(self, start: int) -> bool:
        """Put in the `{` that the `}` at `start` lacks, behind a header of its indentation, if there is one."""
        text, tokens = self.text, self.tokens
        line, margin = self.indentation(start)
        at = line
        while at > 0:
            before = text.rfind("\n", 0, at - 1) + 1
            _, here = self.indentation(before)
            if text[before:at].strip() and here <= margin:
                found = _HEADER.match(text, before + here)
                end = before + here + len(found[0].rstrip()) if found else 0
                if here < margin or at == line or found is None or text[end - 1] in "{,":
                    break
                index = bisect_left(tokens.starts, end)
                tokens.kinds.insert(index, "{")
                tokens.starts.insert(index, end)
                tokens.ends.insert(index, end)
                tokens.problems.append(("unbegun", end, start))
                return True
            at = before
        tokens.problems.append(("unopened", start, start + 1))
        return False

    def indentation(self, at: int) -> tuple[int, int]:
        """Return where the line of an offset begins, and how many spaces it begins with."""
        line = self.text.rfind("\n", 0, at) + 1
        return line, _FIRST.match(self.text, line).end() - line  # type: ignore[union-attr]  # matches the empty text

    def close_by_indentation(self, start: int, end: int) -> None:
        """Close what the line after the line end `start` to `end` shows to be over."""
        text, tokens = self.text, self.tokens
        while self.open and self.open[-1][0] == '"':
            _, opened = self.open.pop()
            tokens.problems.append(("interpolation", opened, start))
            tokens.add("STRING_TAIL", start, start)
        line = text.rfind("\n", 0, end) + 1
        first = _FIRST.match(text, end)
        here = first.end() - line if first and first.end() < len(text) else -1
        closer = text[first.end() : first.end() + 1] in _CLOSE if first else False
        while self.open and self.open[-1][0] in _OPEN:
            opened = self.indentation(self.open[-1][1])[1]
            if here > opened or (here == opened and closer):
                return
            self.put_in(tokens.ends[-1] if tokens.kinds[-1] != "_NL" else start)

    def give_up(self) -> None:
        """Close at the end of the text what is still open."""
        while self.open:
            sign, opened = self.open[-1]
            if sign in _OPEN:
                self.put_in(self.tokens.ends[-1])
            else:
                self.open.pop()
                self.tokens.problems.append(("interpolation", opened, len(self.text)))
                self.tokens.add(
                    "STRING_TAIL" if sign == '"' else "BLOCK_TAIL", len(self.text), len(self.text)
                )

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
    pattern = re.compile(r'\\\$\{|(?P<value>\$\{)|(?P<close>"{' + str(quotes) + r'}(?!"))')
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
    for what, pattern, kind in (
        ("space", _SPACES, ""),
        ("comment", _REMARK, ""),
        ("quotes", _CURLY, "STRING"),
        ("dollar", _SHELL, "NAME"),
    ):
        found = pattern.match(text, at)
        if found:
            tokens.problems.append((what, at, found.end()))
            if kind:
                tokens.add(kind, at, found.end())
            elif what == "comment" and tokens.kinds[-1:] == ["_NL"]:
                return min(found.end() + 1, len(text))
            return found.end()
    return _character(tokens, at)


def _character(tokens: Tokens, at: int) -> int:
    text = tokens.source.text
    end = min(at + (2 if text[at : at + 2] in _MEANT else 1), len(text))
    tokens.problems.append(("character", at, end))
    word = _MEANT.get(text[at:end])
    if word == "\n":
        if _MORE.match(text, end):
            tokens.add("_NL", at, end)
    elif word:
        tokens.add(word.upper() if word.isalpha() else word, at, end)
    return end


def meant(text: str) -> str | None:
    """Return the word that other languages write as this sign, where there is one: `&&` is `and`."""
    return _MEANT.get(text)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end
