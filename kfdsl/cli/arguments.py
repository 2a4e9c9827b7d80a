"""The command line's grammar: one parser a command, each with examples in its help.

Only the parser of the command that runs is built.
"""

from __future__ import annotations

import os
from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence

from kfdsl import __version__
from kfdsl.cli.depth import depth
from kfdsl.cli.parameters import setting
from kfdsl.cli.parser import Offered, Parser
from kfdsl.targets import known

SHAPES = ("steps", "minimal", "train", "map-reduce", "cron", "ci")
GRAPHS = ("text", "mermaid", "dot", "svg", "json")
SHELLS = ("bash", "zsh", "fish")
KINDS = tuple(kind for target in known.TARGETS.values() for kind in target.kinds)
ALLOWABLE = ("not-run-by-kfp", "all")

EXAMPLES = {
    "kfdsl": """
  kfdsl compile churn.pipe | kubectl create -f -
  kfdsl check pipelines/
""",
    "compile": """
  kfdsl compile churn.pipe                         # YAML on standard output
  kfdsl compile churn.pipe:train -o train.yaml     # one pipeline of the file
  kfdsl compile pipelines/ -o manifests/           # manifests/NAME.yaml for each pipelines/NAME.pipe
  kfdsl compile pipelines/ -o manifests/ --check   # are the manifests up to date?
  kfdsl compile churn.pipe -o churn.yaml --watch   # again whenever it or an import changes
  kfdsl compile churn.pipe --set epochs=20 --params production.yaml
  kfdsl compile churn.pipe --target kfp -o churn.yaml      # to upload to Kubeflow Pipelines
  kfdsl compile pipelines/ --target argo,kfp -o out/       # out/argo/NAME.yaml and out/kfp/NAME.yaml
  cat churn.pipe | kfdsl compile -
""",
    "check": """
  kfdsl check                                      # every *.pipe below the current folder
  kfdsl check churn.pipe lib/
  kfdsl check --target argo,kfp churn.pipe         # on which engines does it run?
  kfdsl check --format json churn.pipe
""",
    "params": """
  kfdsl params churn.pipe                          # a table: names, types, defaults, rules
  kfdsl params churn.pipe --template > values.yaml # to fill in, for --params
  kfdsl params churn.pipe --params values.yaml     # is it complete and right?
  kfdsl params churn.pipe:train --format json      # a JSON Schema
""",
    "new": """
  kfdsl new churn.pipe                             # two steps, with comments that explain the language
  kfdsl new --shape train models/                  # models/models.pipe
  kfdsl new churn.pipe --target kfp                # and how it is made ready for Kubeflow Pipelines
  kfdsl new --list                                 # the shapes
""",
    "graph": """
  kfdsl graph churn.pipe                           # what runs after what, in the terminal
  kfdsl graph churn.pipe:train -o train.svg        # also .mmd, .md, .dot and .json
  kfdsl graph --format mermaid --depth all churn.pipe
  kfdsl graph --view cycles churn.pipe             # which steps wait for each other?
""",
    "completion": """
  source <(kfdsl completion bash)                  # in ~/.bashrc
  source <(kfdsl completion zsh)                   # in ~/.zshrc, after compinit
  kfdsl completion fish | source                   # in ~/.config/fish/config.fish
""",
}

EXIT_CODES = "exit codes: 0 clean, 1 findings or differences, 2 usage or I/O"


ABOUT = {
    "compile": "Compile pipelines to YAML.",
    "check": "Report mistakes, and write nothing.",
    "params": "Show what a pipeline takes: a table, a JSON Schema, a file to fill in.",
    "new": "Write a .pipe file to begin with.",
    "graph": "Draw pipelines as text or as a diagram.",
    "completion": "Print a shell's completion script.",
}
"""The commands, in the order in which help lists them, and what each does."""


def parse(argv: Sequence[str]) -> Namespace:
    """Parse a command line; `command` of the result names the command.

    Raises:
        SystemExit: by argparse, after it printed help, the version or what is wrong with the arguments.
    """
    first = argv[0] if argv else ""
    if first == "help":
        return parse([*argv[1:2], "--help"])
    if first in ABOUT:
        # Only this method lets options stand between paths, and it does not go through subparsers.
        return command_parser(first).parse_intermixed_args(argv[1:])
    program = program_parser()
    if first and not first.startswith("-"):
        program.error(_unknown(first))
    arguments = program.parse_args(argv)
    if not argv:
        program.error("say what to do")
    return arguments


def _unknown(word: str) -> str:
    """Say that a word is no command, and what was meant."""
    from kfdsl.nearest import nearest

    close = nearest(word, ABOUT)
    if close is None and os.path.exists(word):
        return f"there is no command `{word}`: did you mean `kfdsl compile {word}`?"
    return f"there is no command `{word}`: " + (f"did you mean `{close}`?" if close else "see `kfdsl --help`")


def program_parser() -> Parser:
    """Return the parser of the program, without those of its commands."""
    program = _parser(
        "kfdsl",
        "kfdsl",
        "Compile .pipe files, a small language for pipelines, to Argo Workflows and Kubeflow Pipelines.",
    )
    program.add_argument(
        "--version", action="version", version=f"kfdsl {__version__}", help="print the version"
    )
    group = program.add_subparsers(title="commands", metavar="COMMAND")
    for name, about in ABOUT.items():
        # argparse builds the parsers of commands itself; only the help of the program needs these.
        group.add_parser(name, help=about, add_help=False)
    return program


def command_parser(name: str) -> Parser:
    """Return the parser of a command."""
    command = _parser(name, f"kfdsl {name}", ABOUT[name])
    command.set_defaults(command=name)
    OPTIONS[name](command)
    return command


def _parser(name: str, program: str, about: str) -> Parser:
    epilog = f"examples:{EXAMPLES[name].rstrip()}\n\n{EXIT_CODES}"
    parser = Parser(prog=program, description=about, epilog=epilog, allow_abbrev=False, add_help=False)
    parser.add_argument("-h", "--help", action="help", help="print this help")
    return parser


def _compile(parser: Parser) -> None:
    _paths(parser, "a file, FILE:PIPELINE, a folder, or - for standard input (default: the current folder)")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE|DIR",
        help="write to FILE, or a file for each source below DIR, which exists or ends with a slash",
    )
    _target(parser)
    _allow(parser)
    parser.add_argument(
        "--kind",
        choices=Offered(KINDS),
        metavar="KIND",
        help="what the pipelines become, whatever their files say: "
        + "; ".join(f"{', '.join(target.kinds)} ({name})" for name, target in known.TARGETS.items()),
    )
    _values(parser)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 with a diff if -o is not up to date"
    )
    parser.add_argument(
        "--depfile", metavar="FILE", help="write for Make or Ninja which files the outputs are made from"
    )
    _watch(parser)
    _reports(parser)


def _check(parser: Parser) -> None:
    _paths(parser, "a file, a folder, or - for standard input (default: the current folder)")
    _target(parser)
    _allow(parser)
    _watch(parser)
    _reports(parser)


def _params(parser: Parser) -> None:
    _paths(parser, "a file, FILE:PIPELINE, a folder, or - for standard input (default: the current folder)")
    parser.add_argument(
        "--template", action="store_true", help="print a file of values to fill in, for --params"
    )
    _values(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text is a table, or YAML with --template; json a JSON Schema, or JSON (default: text)",
    )
    _color(parser)


def _watch(parser: Parser) -> None:
    parser.add_argument(
        "--watch", action="store_true", help="run again whenever an input changes, until Ctrl-C"
    )


def _values(parser: Parser) -> None:
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=setting,
        help="set a parameter; may be repeated, wins over --params",
    )
    parser.add_argument(
        "--params",
        metavar="FILE",
        action="append",
        default=[],
        help="set parameters from a YAML or JSON mapping; may be repeated, later files win",
    )


def _new(parser: Parser) -> None:
    parser.add_argument(
        "path",
        metavar="FILE",
        nargs="?",
        default="pipeline.pipe",
        help="the file to write, a folder, or - for standard output (default: pipeline.pipe)",
    )
    parser.add_argument("--shape", choices=SHAPES, default="steps", help="what it is (default: steps)")
    parser.add_argument(
        "--target",
        choices=tuple(known.TARGETS),
        default="argo",
        help="where it is going to run: all shapes run on both, the next command differs (default: argo)",
    )
    parser.add_argument("--list", action="store_true", help="list the shapes")
    parser.add_argument("--force", action="store_true", help="replace a file that exists")


def _graph(parser: Parser) -> None:
    _paths(parser, "a file, FILE:PIPELINE, a folder, or - for standard input (default: the current folder)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE; its ending says the format")
    parser.add_argument("--format", choices=GRAPHS, help="what to draw (default: text)")
    parser.add_argument(
        "--depth",
        metavar="N|all",
        type=depth,
        default=0,
        help="draw what stands inside called pipelines, N levels deep (default: 0)",
    )
    parser.add_argument("--params", action="store_true", help="draw params too, and where they go")
    parser.add_argument(
        "--view", choices=("all", "cycles"), default="all", help="draw all, or only cycles: exit 1 if any"
    )
    parser.add_argument("--ascii", action="store_true", help="text without Unicode lines")
    _color(parser)


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")


def _target(parser: Parser) -> None:
    words = tuple(known.words())
    parser.add_argument(
        "--target",
        type=_targets,
        choices=Offered(words),
        default="argo",
        metavar="TARGET",
        help=f"what to compile to: {', '.join(words)}, or a list as argo,kfp (default: argo; without a version"
        " it is the newest)",
    )


def _targets(text: str) -> str:
    try:
        return ",".join(one.word for one in known.chosen(text))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def _allow(parser: Parser) -> None:
    parser.add_argument(
        "--allow",
        type=_allowed,
        choices=Offered(ALLOWABLE),
        metavar="CODE",
        action="append",
        default=[],
        help="make notes of errors about the engine: not-run-by-kfp (KF311), what the open-source Kubeflow"
        " Pipelines do not run and others may; or all; may be repeated",
    )


def _allowed(text: str) -> str:
    from kfdsl.allowing import allowed

    try:
        return ",".join(sorted(allowed([text])))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def _paths(parser: Parser, about: str) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="*", help=about)


def _reports(parser: Parser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to report (default: text)"
    )
    _color(parser)


def _color(parser: Parser) -> None:
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colour reports; auto is on a terminal, and heeds NO_COLOR and FORCE_COLOR (default: auto)",
    )


OPTIONS = {
    "compile": _compile,
    "check": _check,
    "params": _params,
    "new": _new,
    "graph": _graph,
    "completion": _completion,
}
"""What adds its arguments to the parser of each command."""
