"""Any text arrives in a container on Kubeflow as it is: in a command, a shell script and a Python script."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.targets.kfp.launching import compiled, document, launched

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
# What Kubernetes halves, and what looks like a placeholder, does not arrive: docs/language.md says so.
VALUES = st.lists(TEXT.filter(lambda text: "$$" not in text and "{{$" not in text), min_size=3, max_size=3)
INS = "".join(f"  in v{number}: string\n" for number in range(3))
SHOWN = 'for one; do printf "%s" "$one" | od -An -v -tx1 | tr -d " \\n"; echo; done'

COMMAND = f"""edition 2026
component work {{
{INS}  image = "tools"
  command = ["sh", "-c", '{SHOWN}', "sh", v0, v1, "${{v2}}"]
}}
"""
SHELL = f"""edition 2026
component work {{
{INS}  image = "tools"
  script sh = 'set -- "$v0" "$v1" "$v2"; {SHOWN}; printf "%s\\n" "$v0" > "$same"'
  out same: string
}}
"""
PYTHON = f"""edition 2026
component work {{
{INS}  image = "tools"
  script python = 'same = [v0, v1, v2]'
  out same: list<string>
}}
"""
ONCE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _hex(values: list[str]) -> str:
    return "".join(f"{value.encode().hex()}\n" for value in values)


@ONCE
@given(values=VALUES)
def test_in_a_command_and_a_shell_script(tmp_path: Path, values: list[str]) -> None:
    inputs = {f"v{number}": value for number, value in enumerate(values)}
    assert launched(document(COMMAND), "work", tmp_path, inputs).log == _hex(values)
    ran = launched(document(SHELL), "work", tmp_path, inputs)
    assert (ran.error, ran.log, ran.parameters) == ("", _hex(values), {"same": values[0]})


@ONCE
@given(values=VALUES)
def test_in_a_python_script(tmp_path: Path, values: list[str]) -> None:
    inputs = {f"v{number}": value for number, value in enumerate(values)}
    assert launched(document(PYTHON), "work", tmp_path, inputs).parameters == {"same": values}


@ONCE
@given(text=TEXT.filter(lambda text: "{{" not in text))
def test_a_constant_in_a_command(tmp_path: Path, text: str) -> None:
    program = COMMAND.replace("v0, v1,", f"{json.dumps(text).replace('${', chr(92) + '${')}, v1,")
    inputs = {"v0": "", "v1": "b", "v2": "c"}
    environment = {"A": "1", "HOME": "2"}
    ir, said = compiled(program)
    assume("does not keep a text" not in said)  # of some characters the server makes others
    assert ir, said
    ran = launched(ir, "work", tmp_path, inputs, environment=environment)
    assert ran.log == _hex([text, "b", "c"])
