"""Texts that something between a program and a container could take for something else."""

# ruff: noqa: E501, RUF001
# A row of a table is read best on one line; odd characters are what this is about.

VALUES: dict[str, tuple[str, ...]] = {
    "words of YAML": (
        "y", "Y", "yes", "No", "on", "OFF", "true", "False", "TRUE", "null", "Null", "~", "", ".inf", "-.INF", ".NaN", "<<", "=", "---", "...", "- a", "-", "--", "? a", ": b",
        "a: b", "a:", "# a", "a # b", "a#b", "[a, b]", "{a: b}", "[", "]", "{", "}", ",", "&anchor", "*alias", "!!str a", "!tag", "%YAML 1.2", "@a", "`a`", "|", ">", "|-\n  a", "'", '"', "''", '""', "'a'",
    ),
    "numbers and times": (
        "0", "1", "-1", "+1", "007", "0o17", "0x1F", "0b101", "1_000", "1e3", "1E-3", "1.", ".5", "1.0", "-0", "-0.0", "12345678901234567890123", "1:30", "12:30:45", "190:20:30", "2024-01-01",
        "2024-01-01T00:00:00Z", "2024-01-01 10:00:00", "1h", "1h30min", "500m", "2Gi", "1.5Gi", "1k",
    ),
    "placeholders of Argo": (
        "{{", "}}", "{{}}", "{{{", "}}}", "{{{{", "{ {", "{{x}}", "{{ x }}", "{{workflow.name}}", "{{workflow.parameters.q}}", "{{ workflow.parameters.q }}", "{{inputs.parameters.x}}", "{{inputs.parameters.t}}", "{{item}}", "{{item.v}}",
        "{{steps.a.outputs.result}}", "{{tasks.plain.outputs.result}}", "{{outputs.parameters.x}}", "{{pod.name}}", "{{retries}}", "{{workflow.status}}", "{{workflow.failures}}", "{{unknown.thing}}", "{{workflow.name", "workflow.name}}", "{{=1+1}}", "{{= 1 + 1 }}", "{{=sprig.env('HOME')}}", "{{='}}'}}", "{{=", "a{{workflow.name}}b",
        "{{{workflow.name}}}", "{{{{workflow.name}}}}", "{{#if x}}a{{/if}}", "{% raw %}{{ x }}{% endraw %}", "{{$.inputs.parameters['x']}}", "{{- x -}}", "\\{{x}}", "{{`{{x}}`}}", "{{workflow.name}}{{workflow.uid}}",
    ),
    "variables of Kubernetes and shells": (
        "$", "$$", "$$$", "$(HOME)", "$$(HOME)", "$$$(HOME)", "$( HOME )", "$(KF_LB)", "$(KF_LB){", "$$(KF_LB){", "$(KF_NONE)", "$(A)", "$()", "$(", "$(date)", "$HOME", "${HOME}", "$${HOME}", "\\$HOME", "`date`", "$((1+1))",
        "a;b", "a && b", "a | b", "> /tmp/x", "< /etc/passwd", "*", "?", "[a-z]", "~/x", "!!", "!x", "a\\", "\\", "\\\\", "\\n", "\\0", "-n", "-e", "--help", "--", "a b", "a  b", " a", "a ", "\ta", "a\tb", "'; exit 1; '", '"; exit 1; "', "$'a'", "a'b\"c`d$e\\f",
    ),
    "lines": (
        "\n", "\n\n", "a\n", "\na", "a\nb", "a\nb\n", "a\n\nb", "  a\n b", "a\n  b\n", " \n ", "a\r", "a\r\nb", "\r\n", "a \nb", "a\n\n\n", "# a\nb: c\n", "---\na\n", "a\nEOF\n", "\ta\n\tb\n", "a\n{{workflow.name}}\n$(HOME)\n",
    ),
    "characters": (
        "é", "e\u0301", "ß", "日本語", "😀", "👩‍👩‍👧", "\u00a0", "\u200b", "\u202e", "\ufeff", "\u2028", "\u2029", "\x85", "\x07", "\x1b[31m", "\x7f", "\ufffd", "\ufffe", "\U0010ffff", "‘a’", "“a”", "a…b", "–", "ﬁ", "İ",
    ),
    "documents": (
        '{"a": [1, null, "{{x}}"]}', "[1, 2]", '{"k": "$(HOME)"}', "<a href='x'>&amp;</a>", "<!-- a -->", "select * from t where a = 'it''s' and b like '%$%'", "https://u:p@h:80/a?b=c&d=%20#e", "a@b.c", "C:\\dir\\file", "/etc/passwd", "../../x",
        "key=value", "a=b,c=d", "^[a-z]+\\d{2,}$", "(?i)x{{2}}", "100%", "%s %d", "%(x)s", "{0} {x!r}", "{x}", 'f"{x}"', "\\u0041", "\\x41", "&#65;", "import os; os.system('x')", "1 == 1", "'x' == 'x'", "not", "nil", "null == nil",
    ),
}  # fmt: skip
"""By what they look like."""

ALL = tuple(dict.fromkeys(value for values in VALUES.values() for value in values))
