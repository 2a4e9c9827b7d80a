"""Names that are words of the language, of YAML, Argo, Python or shells, and such as are long or nearly equal."""

# ruff: noqa: E501, SIM905
# Words are read best as words.

LANGUAGE = (
    "edition import as let defaults component pipeline artifact test for in out param where secret config volume store step group if elif "
    "else after when on exit success failure running container sidecar init metric patch script image command args env mount cpu memory "
    "gpu retry timeout cache labels annotations daemon ready approve wait http kubernetes load extern file field range flat len min max "
    "present json string int float bool duration quantity list map enum Artifact Dataset Model stdout at to gc global name mode with stub "
    "expect attempt ran skipped failed count before succeeded done last response object run item key and or"
).split()

ENGINE = (
    "workflow steps tasks inputs outputs parameters artifacts arguments templates template dag main wait-for entrypoint result "
    "exitCode status phase node pod withItems withParam spec metadata kind apiVersion onExit hooks dependencies depends Succeeded "
    "Failed Skipped Omitted Daemoned AnySucceeded AllFailed nil contains startsWith sprig asInt toJson map filter"
).split()

YAML = "y n yes no on off null Null NULL True FALSE inf nan a_b e3 x0 NO ON Y".split()

SHELL = "do done fi then case esac while until select function time echo cd set unset export local return IFS_ PWD_ lambda class def None self print pass yield async await".split()

SHAPES = (
    "a",
    "A",
    "z9",
    "a-b",
    "a--b",
    "a_b-c",
    "aB",
    "CamelCase",
    "UPPER",
    "x" * 57,
    "a" + "-b" * 28,
    "a" + "_b" * 28,
    "Z" * 57,
    "main-loop",
    "main-item",
    "main-output",
    "main-continue",
    "p-2",
    "KF-LB",
    "kf",
    "outputs-2",
    "inputs-x",
)

ALL = tuple(dict.fromkeys((*LANGUAGE, *ENGINE, *YAML, *SHELL, *SHAPES)))

PAIRS = (
    ("a-b", "a_b"),
    ("Load", "load"),
    ("load-data", "load_data"),
    ("A-b", "a_B"),
    ("x1", "X1"),
)
"""Names of two steps that are one for the engine."""

TOO_LONG = "x" * 64
