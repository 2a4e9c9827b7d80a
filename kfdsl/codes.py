"""The table of codes: a name, a code and a sentence for each thing that kfdsl can find.

`KF0nn` syntax, `KF1nn` names, types and graph, `KF2nn` lint, `KF3nn` targets, `KF4nn` cluster.
A code is never used again for something else; KF187 was one.
"""

from __future__ import annotations

from typing import Any

from kfdsl.diagnostics import Code, Diagnostic
from kfdsl.source import Span

CODES: dict[str, Code] = {
    "syntax-error": Code("KF001", "The text is not what the grammar allows at this place."),
    "unclosed-block": Code("KF002", "A bracket or block is opened and never closed."),
    "unmatched-bracket": Code("KF003", "A closing bracket has no partner."),
    "unclosed-string": Code("KF004", "A text is opened and never closed."),
    "unexpected-character": Code("KF005", "A character that the language does not have."),
    "unknown-keyword": Code("KF006", "A line begins with a word that is no keyword."),
    "wrong-sign": Code("KF007", "`:` where `=` belongs, or the other way round."),
    "assignment-in-condition": Code("KF008", "`=` binds a value; a comparison is `==`."),
    "unknown-escape": Code(
        "KF009", "A `\\` in a quoted text stands before a character that makes no escape."
    ),
    "nested-too-deep": Code("KF010", "Brackets or expressions are nested deeper than any program needs."),
    "misplaced-else": Code("KF011", "`else` and `elif` stand on the line of the `}` before them."),
    "missing-value": Code("KF012", "A value is missing."),
    "chained-comparison": Code("KF013", "Comparisons do not chain."),
    "unreadable-text": Code("KF014", "The file is not UTF-8 text, or is no regular file."),
    "empty-file": Code("KF015", "The file declares nothing."),
    "other-format": Code("KF016", "The file is YAML, JSON or Python."),
    "unknown-name": Code("KF100", "A name that nothing declares here."),
    "unknown-step": Code("KF101", "A reference to a step or group that the pipeline does not have."),
    "unknown-component": Code("KF102", "A call of a component or pipeline that does not exist."),
    "unknown-output": Code("KF103", "A step is asked for an output that it does not declare."),
    "unknown-field": Code("KF104", "A record or value has no such field."),
    "unknown-function": Code("KF105", "A function that the language does not have."),
    "unknown-setting": Code("KF106", "A setting that does not exist, or not at this place."),
    "unknown-type": Code("KF107", "A type that does not exist."),
    "unknown-import": Code("KF108", "The imported file does not declare this name."),
    "duplicate-name": Code("KF109", "Two declarations in one name space have the same name."),
    "dependency-cycle": Code("KF110", "Steps wait for each other."),
    "endless-recursion": Code("KF111", "A pipeline calls itself without a condition."),
    "unreachable-step": Code("KF112", "A step can never run, since its conditions contradict each other."),
    "out-of-reach": Code(
        "KF113", "A value is read where it does not exist, such as a loop's output without `*`."
    ),
    "empty-graph": Code("KF114", "A pipeline, group or branch has no steps."),
    "wrong-result": Code("KF115", "`after` names a result that a step cannot have."),
    "reference-cycle": Code("KF116", "Applied objects refer to each other in a circle."),
    "missing-image": Code("KF120", "A step has no image."),
    "missing-command": Code("KF121", "A step has nothing to run."),
    "several-commands": Code("KF122", "A step says in two ways what it runs."),
    "misplaced-item": Code("KF123", "An item stands where it does not belong."),
    "missing-argument": Code("KF124", "A call lacks an argument that has no default."),
    "unknown-argument": Code("KF125", "A call gives an argument that the callee does not declare."),
    "unbound-input": Code("KF126", "An `in` of a step has no value."),
    "missing-type": Code("KF127", "A declaration needs a type."),
    "reserved-variable": Code("KF128", "A name would hide a variable that programs need, such as `PATH`."),
    "unwritten-output": Code("KF129", "An output whose value cannot come from what the step runs."),
    "maybe-skipped": Code("KF130", "A value is used that is missing when its step is skipped or fails."),
    "maybe-absent": Code("KF131", "An optional value is used where one is needed."),
    "unknown-unit": Code("KF140", "A number has a unit that does not exist."),
    "suspicious-quantity": Code("KF141", "A quantity is so small or large that something else was meant."),
    "wrong-unit": Code("KF142", "A quantity stands where a duration belongs, or the other way round."),
    "request-over-limit": Code("KF143", "A resource's request is larger than its limit."),
    "constraint-violated": Code("KF144", "A default or value does not satisfy the parameter's `where`."),
    "not-constant": Code("KF145", "A value must be known when the file is compiled."),
    "no-value": Code("KF146", "A constant expression has no value, such as a division by zero."),
    "type-mismatch": Code("KF150", "A value has another type than is wanted."),
    "invalid-value": Code("KF151", "A setting has a value that is none of those it may have."),
    "not-a-condition": Code("KF152", "A condition is not a bool."),
    "invalid-name": Code("KF153", "A name that Kubernetes or the engine does not accept."),
    "name-clash": Code("KF154", "Two names become the same one for the engine."),
    "duplicate-key": Code("KF155", "A map, body or call gives the same thing twice."),
    "invalid-schedule": Code("KF156", "A schedule that is no cron expression."),
    "invalid-patch": Code("KF157", "The text of a `patch` is not what it has to be."),
    "duplicate-item": Code("KF158", "One item of a list is asked for by value, and the list holds it twice."),
    "unchecked-timezone": Code(
        "KF159", "A time zone is not checked: the machine that compiles knows none.", "note"
    ),
    "unknown-script-variable": Code("KF160", "A script reads a name that nothing sets.", "warning"),
    "secret-leak": Code("KF170", "A secret would be visible to people who may only see the run."),
    "import-cycle": Code("KF180", "Files import each other."),
    "import-outside": Code("KF181", "An import leads out of the project."),
    "unreadable-import": Code("KF182", "An imported file or one named by `file(…)` cannot be read."),
    "missing-edition": Code(
        "KF183", "The file does not say which edition of the language it is written in.", "note"
    ),
    "unknown-edition": Code("KF184", "An edition that this kfdsl does not know."),
    "unknown-parameter": Code("KF185", "A value is given for a parameter that the pipeline does not have."),
    "unknown-pipeline": Code("KF186", "The file has no pipeline of this name."),
    "invalid-component": Code("KF189", "An imported file of Kubeflow is not what it has to be."),
    "untaken-part": Code("KF190", "An imported file of Kubeflow has a part that kfdsl cannot take over."),
    "script-error": Code(
        "KF188", "A Python script that Python cannot read, or a function that the file lacks."
    ),
    "not-on-argo": Code("KF300", "Argo cannot say this, or kfdsl does not render it for Argo yet."),
    "too-many-steps": Code(
        "KF301", "A graph has more steps than a DAG of Argo takes, and cannot be split into several."
    ),
    "too-large": Code("KF302", "A manifest, or a part of one, is larger than what has to hold it."),
    "large-template": Code(
        "KF305", "A step is so large that Argo needs the right to create ConfigMaps for it.", "warning"
    ),
    "not-in-version": Code("KF303", "The version of Argo that is compiled for does not have this."),
    "overridden-field": Code(
        "KF304", "A `patch` overrides or takes away what kfdsl writes for something else.", "warning"
    ),
    "not-on-kfp": Code(
        "KF310", "Kubeflow Pipelines cannot say this, or kfdsl does not render it for them yet."
    ),
    "not-run-by-kfp": Code(
        "KF311",
        "The IR of Kubeflow Pipelines can say this, but the open-source backend does not run it as it is meant;"
        " `--allow not-run-by-kfp` makes it a note, for other backends.",
    ),
    "differs-on-kfp": Code("KF312", "This is not quite the same on Kubeflow Pipelines as on Argo.", "note"),
    "invalid-manifest": Code(
        "KF390", "kfdsl made an object that the schema of the target refuses: a bug of kfdsl, to be reported."
    ),
}


def report(name: str, span: Span, message: str, **details: Any) -> Diagnostic:  # noqa: ANN401  # fields of Diagnostic
    """Return a finding by its name; `details` are the other fields of `Diagnostic`."""
    code = CODES[name]
    return Diagnostic(code.code, name, details.pop("severity", code.severity), message, span, **details)
