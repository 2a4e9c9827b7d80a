"""Texts to trees: each construct of docs/language.md, and the rules of lines, words and texts."""

# ruff: noqa: E501, ANN401
# A row of a table is read best on one line; a test looks into any node.

from __future__ import annotations

from typing import Any

import pytest

from kfdsl import check_text
from kfdsl import syntax as s
from kfdsl.node import Node
from kfdsl.parse import parse
from kfdsl.source import Source


def tree(text: str) -> s.File:
    """Return the tree of a text that has no mistakes."""
    file, problems = parse(Source("x.pipe", text))
    assert problems == ()
    assert file is not None
    return file


def declaration(text: str) -> Any:  # any declaration
    (only,) = tree(text).declarations
    return only


def item(text: str) -> Any:  # any item
    (only,) = declaration(f"pipeline p {{\n{text}\n}}").block.items
    return only


def value(text: str) -> Any:  # any expression
    return declaration(f"let x = {text}").value


def written(node: Any) -> str:  # noqa: C901, PLR0912  # a case for each node  # any node, and a case for each
    """Return an expression or type with all its parentheses, to compare how it was grouped."""
    match node:
        case s.Name(text) | s.Number(text) | s.TypeName(text):
            return str(text)
        case s.Bool(truth):
            return str(truth).lower()
        case s.Text(text):
            return repr(text)
        case s.Unary(sign, operand):
            return f"({sign} {written(operand)})"
        case s.Binary(sign, left, right):
            return f"({written(left)} {sign} {written(right)})"
        case s.Field(base, name):
            return f"{written(base)}.{name.text}"
        case s.Each(base):
            return f"{written(base)}.*"
        case s.Index(base, index):
            return f"{written(base)}[{written(index)}]"
        case s.Call(function, arguments):
            return f"{written(function)}({', '.join(map(written, arguments))})"
        case s.Argument(name, inner):
            return f"{name.text} = {written(inner)}" if name else written(inner)
        case s.Parenthesis(inner):
            return f"<{written(inner)}>"
        case s.ListLiteral(items):
            return f"[{', '.join(map(written, items))}]"
        case s.MapLiteral(entries):
            return f"{{{', '.join(f'{e.key.text!r} = {written(e.value)}' for e in entries)}}}"
        case s.Interpolation(parts):
            return " ~ ".join(repr(p) if isinstance(p, str) else written(p) for p in parts)
        case s.Range(low, high):
            return f"{written(low) if low else ''}..{written(high) if high else ''}"
        case s.GenericType(name, inner):
            return f"{name}<{written(inner)}>"
        case s.OptionalType(inner):
            return f"{written(inner)}?"
        case s.EnumType(members):
            return f"enum({', '.join(map(written, members))})"
        case s.RecordType(fields):
            return f"{{{', '.join(f'{f.name.text}: {written(f.type)}' for f in fields)}}}"
        case _:
            raise TypeError(node)


# ---- expressions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a or b or c", "((a or b) or c)"),
        ("a or b and c", "(a or (b and c))"),
        ("not a and b", "((not a) and b)"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("a == b ?? c", "(a == (b ?? c))"),
        ("a ?? b ?? c", "(a ?? (b ?? c))"),
        ("a + b ?? c", "((a + b) ?? c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a + b * c", "(a + (b * c))"),
        ("a * b % c / d", "(((a * b) % c) / d)"),
        ("- a * b", "((- a) * b)"),
        ("- - a", "(- (- a))"),
        ("-a.b", "(- a.b)"),
        ("a in b and c", "((a in b) and c)"),
        ("a < b", "(a < b)"),
        ("a > b", "(a > b)"),
        ("a >= 1", "(a >= 1)"),
        ("(a + b) * c", "(<(a + b)> * c)"),
        ("a.b.c", "a.b.c"),
        ("a.*.b", "a.*.b"),
        ('a["x"].b[0]', "a['x'].b[0]"),
        ("f()", "f()"),
        ("f(a, b = 1,)", "f(a, b = 1)"),
        ("f(a)(b)", "f(a)(b)"),
        ("[]", "[]"),
        ("[a, [b],]", "[a, [b]]"),
        ("{}", "{}"),
        ('{ a = 1, "b c" = 2 }', "{'a' = 1, 'b c' = 2}"),
        ('{ "a\\nb" = 1 }', "{'a\\nb' = 1}"),
        ("{ true = 1, not = 2, in = 3 }", "{'true' = 1, 'not' = 2, 'in' = 3}"),
        ("true", "true"),
        ("false", "false"),
        ("1h30min", "1h30min"),
        ("1_000", "1_000"),
        ("nothing", "nothing"),
    ],
)
def test_expression_is_grouped(text: str, expected: str) -> None:
    assert written(value(text)) == expected


@pytest.mark.parametrize(
    "text", ["a == b == c", "a < b < c", "a in b in c", "a +", "not", "[a b]", "{ a }", "f(", "a..b", "1 2"]
)
def test_no_expression(text: str) -> None:
    _, problems = parse(Source("x.pipe", f"let x = {text}"))

    assert problems


@pytest.mark.parametrize(
    "text",
    ["(a\n  and b)", "(\na and\nb\n)", "(a and # why\n  b)", "(a\r\n  and b\r\n)"],
)
def test_lines_may_be_broken_in_parentheses(text: str) -> None:
    assert written(value(text)) == "<(a and b)>"


@pytest.mark.parametrize(
    "text",
    ["{ a = 1\n b = 2 }", "{\n\n a = 1, b = 2,\n}", "{a=1,\nb=2}", "{ # x\n a = 1 # y\n b = 2\n # z\n }"],
)
def test_commas_and_line_ends_part_the_entries_of_a_map(text: str) -> None:
    assert written(value(text)) == "{'a' = 1, 'b' = 2}"


# ---- text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('""', ""),
        ("''", ""),
        (r'"\n\t\r\b\f\/\\\""', '\n\t\r\b\f/\\"'),
        (r'"\u0041\u00e9\u0000"', "Aé\0"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\${x} $x $$"', "${x} $x $$"),
        (r"'a\n ${x} \'", "a\\n ${x} \\"),
        ('"""a"""', "a"),
        ('""" a """', " a "),
        ('"""\n"""', ""),
        ('"""\n\n"""', ""),
        ('"""\n\n\n"""', "\n"),
        ('"""\n  a\n    b\n  c\n"""', "a\n  b\nc"),
        ('"""\n  a\n\n  b\n  """', "a\n\nb"),
        ('"""\n  a\n"""', "a"),
        ('"""\n  a\n   \n"""', "a\n "),
        ('"""\n    a\n  b"""', "  a\nb"),
        ('"""\n\ta\n\t\tb\n"""', "a\n\tb"),
        ('"""\n\ta\n  b\n"""', "\ta\n  b"),
        ('"""a\n  b\n  """', "a\nb"),
        ('"""\r\n  a\r\n  b\r\n"""', "a\nb"),
        ('"""\n  ${x} \\n \\${x}\n"""', "${x} \\n \\${x}"),
        ('""""\na """ b\n""""', 'a """ b'),
        ('"""a""""', 'a"'),
        ('"""\n"a"\n"""', '"a"'),
        ('$"""a"""', "a"),
        ('$"""\n  \\${a}\n"""', "${a}"),
        ('"""\n  \u00a0\n"""', "\u00a0"),
        ('"""\n  a\n \u00a0b\n"""', " a\n\u00a0b"),
        ('"""\n\u2028\n"""', "\u2028"),
    ],
)
def test_text_means(text: str, expected: str) -> None:
    assert value(text).value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"${a}"', "a"),
        ('"x${a}y${b}z"', "'x' ~ a ~ 'y' ~ b ~ 'z'"),
        (r'"\${a}${b}"', "'${a}' ~ b"),
        ('"${"n${a}" ?? "b"}"', "('n' ~ a ?? 'b')"),
        ('"${f({ a = "}" })}"', "f({'a' = '}'})"),
        ('"${a}\\n"', "a ~ '\\n'"),
        ('$"""${a}"""', "a"),
        ('$"""\n  x ${a}\n    y\n  """', "'x ' ~ a ~ '\\n  y'"),
        ('$"""\n  ${a}\n  ${b}"""', "a ~ '\\n' ~ b"),
        ('$"""\n  ${a}\n"""', "a"),
        ('$"""\n\n  ${a}\n\n"""', "'\\n' ~ a ~ '\\n'"),
        ('$""""\n  """${a}"""\n""""', '\'"""\' ~ a ~ \'"""\''),
        ('$"""\n  ${$""""\n    ${b}\n  """"}\n"""', "b"),
    ],
)
def test_values_in_a_text(text: str, expected: str) -> None:
    assert written(value(text)) == expected


@pytest.mark.parametrize("text", [r'"\q"', r'"\u12"', r'"\ud800"', '"\ufffd\\udc00"', r'"\ude00\ud83d"'])
def test_no_escape(text: str) -> None:
    _, problems = parse(Source("x.pipe", f"let x = {text}"))

    assert [p.name for p in problems] == ["unknown-escape"]


# ---- declarations


def test_file_may_begin_with_a_byte_order_mark_comments_and_empty_lines() -> None:
    assert declaration("\ufeff\r\n# a\r\n\r\nedition 2026\r\n").number == "2026"


def test_empty_file_has_no_declarations() -> None:
    assert tree("").declarations == ()
    assert tree("# nothing\n\n").declarations == ()


@pytest.mark.parametrize(
    "text",
    [
        'import "a.pipe" { x, y as z }',
        'import "a.pipe" {\n  x\n  y as z\n}',
        'import "a.pipe" {\n x, y as z, }',
    ],
)
def test_import_list(text: str) -> None:
    found = declaration(text)

    assert [(i.name.text, i.alias.text) for i in found.names] == [("x", "x"), ("y", "z")]
    assert found.path.value == "a.pipe"


def test_import_of_a_file() -> None:
    assert declaration('import "a.pipe" as lib').alias.text == "lib"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("let x = 1", s.Let),
        ("component c {}", s.Component),
        ("component c = http(url = u)", s.Component),
        ("component c = http(url = u) { retry = 2 }", s.Component),
        ("pipeline p { image = a, args = [] }", s.Pipeline),
        ("pipeline p = a.b() {}", s.Pipeline),
        ('artifact A = "a.B@1"', s.ArtifactType),
        ('test "t" for p {\n  expect ran(a)\n}', s.Test),
        ("defaults { image = a }", s.Defaults),
        ('secret s = "s" { optional = true }', s.Resource),
    ],
)
def test_declaration(text: str, kind: type[Node]) -> None:
    assert type(declaration(text)) is kind


def test_test_block() -> None:
    found = declaration(
        'test "t" for p {\n  with a = 1, b = [2]\n  stub x { y = 1 }\n  stub x["m"] attempt 1 = "failed"\n  expect ran(x)\n}'
    )

    assert [type(i).__name__ for i in found.items] == ["With", "Stub", "Stub", "Expect"]
    assert (found.items[2].attempt, found.items[2].end.value) == ("1", "failed")


# ---- items


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("step a", s.Step),
        ("step a {}", s.Step),
        ("step a = c(x = 1) after b when d for e in f { image = g }", s.Step),
        ("if a { step b } elif c { step d } else { step e }", s.If),
        ("for x in xs, y in ys, at_most = 2 after a when b { step c }", s.For),
        ("group g after a { step b }", s.Group),
        ("param p: int = 1 where p > 0", s.Param),
        ("in a.b", s.In),
        ("in a.*.b", s.In),
        ("in a.*", s.In),
        ('in a: Model = b at "/x" { mode = "0755" }', s.In),
        ('out a: Model at "/x" to store["k"] { archive = "none" }', s.Out),
        ("out a: int = stdout", s.Out),
        ('config c = "c"', s.Resource),
        ("volume v = claim(name)", s.Resource),
        ("store m = s3(bucket = b)", s.Resource),
        ("defaults { image = a }", s.Defaults),
        ('script bash = """\n  true\n"""', s.Script),
        ('script ["sh", "-eux"] = \'true\'', s.Script),
        ("image = a", s.Setting),
        ('patch argo.template = """\n"""', s.Patch),
        ("on exit { step a }", s.Handler),
        ("on running when a { step b }", s.Handler),
        ("metric m { counter = 1 }", s.Metric),
        ("container c after a and b { image = d }", s.Container),
        ("sidecar c { image = d }", s.Container),
        ("init c { image = d }", s.Container),
    ],
)
def test_item(text: str, kind: type[Node]) -> None:
    assert type(item(text)) is kind


@pytest.mark.parametrize(
    "header",
    [
        "for x in xs after b when c",
        "after b for x in xs when c",
        "when c after b for x in xs",
        "when c for x in xs after b",
    ],
)
def test_clauses_come_in_any_order(header: str) -> None:
    clauses = {type(c).__name__: c for c in item(f"step a {header} {{}}").clauses}

    assert written(clauses["ForClause"].bindings[0].values) == "xs"
    assert written(clauses["After"].conditions[0]) == "b"
    assert written(clauses["When"].condition) == "c"


def test_header_is_broken_in_parentheses() -> None:
    step = item("step a when (b\n  and c) for x in [\n 1,\n 2 ] {\n}")

    assert written(step.clauses[0].condition) == "<(b and c)>"
    assert written(step.clauses[1].bindings[0].values) == "[1, 2]"


def test_header_is_not_broken_elsewhere() -> None:
    _, problems = parse(Source("x.pipe", "pipeline p {\n  step a\n    when b {}\n}"))

    assert problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1..2", "1..2"), ("1Gi..", "1Gi.."), ("..x", "..x"), ("1 + 1..2", "(1 + 1)..2"), ("3", "3")],
)
def test_range(text: str, expected: str) -> None:
    assert written(item(f"cpu = {text}").value) == expected


@pytest.mark.parametrize(
    "body",
    [
        'image = "a", command = []',
        'image = "a"\ncommand = []',
        'image = "a",\ncommand = [],\n',
        '\n\n  image = "a" # x\n\n  # y\n  command = []\n\n',
    ],
)
def test_commas_and_line_ends_part_what_a_body_holds(body: str) -> None:
    assert [i.name.text for i in item(f"step s {{{body}}}").block.items] == ["image", "command"]


@pytest.mark.parametrize("text", ["step a {}, step b {}", "step a {} step b {}", "image = a command = b"])
def test_items_need_a_line_end(text: str) -> None:
    _, problems = parse(Source("x.pipe", f"pipeline p {{\n{text}\n}}"))

    assert problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string", "string"),
        ("list<list<int>>", "list<list<int>>"),
        ("map<int?>?", "map<int?>?"),
        ('enum("a", "b",)', "enum('a', 'b')"),
        ("{ a: int, b: list<string>? }", "{a: int, b: list<string>?}"),
        ("{\n  a: int\n  in: { c: int }\n}?", "{a: int, in: {c: int}}?"),
        ("{}", "{}"),
    ],
)
def test_type(text: str, expected: str) -> None:
    assert written(item(f"param p: {text}").type) == expected


WORDS = [
    "after",
    "and",
    "args",
    "artifact",
    "as",
    "at",
    "attempt",
    "command",
    "component",
    "config",
    "container",
    "defaults",
    "edition",
    "elif",
    "else",
    "enum",
    "expect",
    "for",
    "group",
    "if",
    "image",
    "import",
    "in",
    "init",
    "let",
    "list",
    "metric",
    "mount",
    "on",
    "or",
    "out",
    "param",
    "patch",
    "pipeline",
    "script",
    "secret",
    "setting",
    "sidecar",
    "step",
    "store",
    "stub",
    "test",
    "to",
    "volume",
    "when",
    "where",
    "with",
]


@pytest.mark.parametrize("word", WORDS)
def test_keywords_are_names_too(word: str) -> None:
    """As the name of a step, in `after`, as a param and its type, as a setting, in expressions, fields, keys, calls."""
    kind = word if word != "enum" else "int"  # `enum` as a type begins `enum(…)`
    block = declaration(
        f"pipeline {word} {{\n  param {word}: {kind} = {word} where {word} > 0\n  {word} = {word}\n"
        f"  step {word} after {word}, {word}.{word} when {word} and not {word} for {word} in {word} {{\n"
        f"    in {word} = {word}.{word}\n    in {word}.{word}\n    {word} = {{ {word} = {word} }}\n"
        f'    env = f({word} = {word}, [{word}, {word}[{word}]], "${{{word}}}")\n    out {word}: {kind}\n  }}\n'
        f"  on {word} {{ step {word} = {word}({word}) }}\n}}"
    ).block

    assert [type(i).__name__ for i in block.items] == ["Param", "Setting", "Step", "Handler"]
    param, setting, step, handler = block.items
    assert (param.name.text, param.type.name, written(param.where)) == (word, kind, f"({word} > 0)")
    assert (setting.name.text, written(setting.value)) == (word, word)
    assert [type(i).__name__ for i in step.block.items] == ["In", "In", "Setting", "Setting", "Out"]
    assert (step.name.text, handler.event.text) == (word, word)
    assert [type(c).__name__ for c in step.clauses] == ["After", "When", "ForClause"]


@pytest.mark.parametrize(("text", "kind"), [("true", s.Bool), ("false", s.Bool), ("not a", s.Unary)])
def test_three_words_are_reserved(text: str, kind: type[Node]) -> None:
    assert type(value(text)) is kind


# ---- documentation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## a\npipeline p {}", "a"),
        ("# x\n## a\n##  b\n##\n## c\npipeline p {}", "a\n b\n\nc"),
        ("\ufeff## a\r\n## b\r\npipeline p {}", "a\nb"),
        ("## a\n\npipeline p {}", ""),
        ("## a\n# b\npipeline p {}", ""),
        ("edition 2026 ## a\npipeline p {}", ""),
        ("edition 2026 ## a\n  ## b\npipeline p {}", "b"),
        ('let x = """\n## a"""\npipeline p {}', ""),
        ("pipeline p {}", ""),
    ],
)
def test_doc_comment_belongs_to_the_declaration_below(text: str, expected: str) -> None:
    assert tree(text).declarations[-1].doc == expected  # type: ignore[union-attr]  # the last one is a pipeline


def test_doc_comment_belongs_to_one_declaration() -> None:
    step = item("## a\nstep s { in x = 1, in y = 2\n  ## b\n  out z: int\n}")

    assert (step.doc, [i.doc for i in step.block.items]) == ("a", ["", "", "b"])


# ---- places


def test_span_is_the_text_of_a_node() -> None:
    step = item("step a after b {\n  image = c.d\n}")

    assert step.span.text == "step a after b {\n  image = c.d\n}"
    assert step.clauses[0].span.text == "after b"
    assert step.block.items[0].value.span.text == "c.d"
    assert str(step.span) == "x.pipe:2:1"


# ---- mistakes


def test_every_mistake_is_reported() -> None:
    _, problems = parse(
        Source("x.pipe", "pipeline p {\n  image = \n  step a {\n    command = ]\n  }\n  param x int\n}")
    )

    assert sorted({p.span.line for p in problems}) == [2, 4, 6]


@pytest.mark.parametrize(
    "text", ["let x = a" + " + a" * 990, "let x = " + "not " * 990 + "a", "let x = a" + ".b" * 990]
)
def test_long_expressions_are_read(text: str) -> None:
    assert declaration(text).name.text == "x"


@pytest.mark.parametrize(
    "text",
    [
        "let x = a" + ".b" * 5000,
        "let x = a" + " and a" * 5000,
        "let x = " + "not " * 5000 + "a",
        "pipeline p {\n  param x: " + "list<" * 5000 + "\n}",
    ],
)
def test_deep_expressions_are_one_mistake(text: str) -> None:
    _, problems = parse(Source("x.pipe", text))

    assert [p.name for p in problems if p.name != "unclosed-block"] == ["nested-too-deep"]


def test_inside_of_a_header_with_a_keyword_of_another_language_is_checked() -> None:
    found = check_text(
        "edition 2026\n"
        "pipeline p {\n"
        '  step a {\n    image = "a"\n    command = ["b", one]\n    out n: int\n  }\n'
        '  step b requires a {\n    image = "a"\n    command = ["b", "2", two]\n  }\n'
        '  step c wen a.n > 1 {\n    image = "a"\n    command = ["b", "3", three]\n  }\n'
        '  step d foreach i in [1] {\n    image = "a"\n    command = ["b", "4", string(i), four]\n  }\n'
        "}\n"
    )
    keywords = [d.span.text for d in found if d.name == "unknown-keyword"]
    names = [d.span.text for d in found if d.name == "unknown-name"]

    assert keywords == ["requires", "wen", "foreach"]
    assert names == ["one", "two", "three", "four"]
    assert len(found) == 7, "nothing follows from the mistakes"
