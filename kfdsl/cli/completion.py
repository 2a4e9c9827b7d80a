"""The parsers in, a completion script for bash, zsh or fish out."""

from __future__ import annotations

from argparse import Action, ArgumentParser
from collections.abc import Iterator, Mapping

FILES = ("PATH", "FILE", "FILE|DIR")
"""The metavars whose values are files."""

BASH = """\
# kfdsl completion for bash, generated from its parser.
_kfdsl() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} words=
    local previous=${{COMP_WORDS[COMP_CWORD - 1]}}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        words="{program}"
    else
        case "${{COMP_WORDS[1]}} $previous" in
{values}
        *)
            case "${{COMP_WORDS[1]}}" in
{commands}
            esac
            ;;
        esac
    fi
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _kfdsl kfdsl
"""

ZSH = """\
#compdef kfdsl
# kfdsl completion for zsh, generated from its parser.
_kfdsl() {{
    local line state
    _arguments -C {program} '1:command:(({commands}))' '*::argument:->rest'
    [[ $state == rest ]] || return
    case $words[1] in
{cases}
    esac
}}
if [[ ${{funcstack[1]}} == _kfdsl ]]; then
    _kfdsl "$@"
else
    compdef _kfdsl kfdsl
fi
"""


def script(shell: str, program: ArgumentParser, commands: Mapping[str, ArgumentParser]) -> str:
    """Return the script for `shell`, which is one of those that the parser offers."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](program, commands)


def actions(parser: ArgumentParser) -> list[Action]:
    """Return what a parser accepts, its table of commands apart."""
    every = parser._actions  # noqa: SLF001  # argparse offers no other way
    return [action for action in every if action.nargs != "A..."]


def _bash(program: ArgumentParser, commands: Mapping[str, ArgumentParser]) -> str:
    values, cases = [], []
    for name, parser in commands.items():
        words = [option for action in actions(parser) for option in action.option_strings]
        for action in actions(parser):
            choices = " ".join(action.choices or ())
            if not action.option_strings:
                words += action.choices or ()
            elif action.nargs != 0:
                pattern = "|".join(f'"{name} {option}"' for option in action.option_strings)
                values.append(f'        {pattern}) words="{choices}" ;;')
        cases.append(f'            {name}) words="{" ".join(words)}" ;;')
    options = [option for action in actions(program) for option in action.option_strings]
    return BASH.format(
        program=" ".join([*commands, *options]), values="\n".join(values), commands="\n".join(cases)
    )


def _zsh(program: ArgumentParser, commands: Mapping[str, ArgumentParser]) -> str:
    cases = [f"    {name}) _arguments {_zsh_words(parser)} ;;" for name, parser in commands.items()]
    return ZSH.format(
        program=_zsh_words(program),
        commands=" ".join(rf'{name}\:"{_zsh_text(parser.description)}"' for name, parser in commands.items()),
        cases="\n".join(cases),
    )


def _zsh_words(parser: ArgumentParser) -> str:
    return " ".join(spec for action in actions(parser) for spec in _zsh_specs(action))


def _zsh_specs(action: Action) -> Iterator[str]:
    about = _zsh_text(action.help)
    value = (
        f"({' '.join(action.choices)})" if action.choices else "_files" if action.metavar in FILES else " "
    )
    name = str(action.metavar or action.dest)
    if not action.option_strings:
        yield f"'{'*' if action.nargs == '*' else '1'}:{name}:{value}'"
    for option in action.option_strings:
        yield f"'*{option}[{about}]{'' if action.nargs == 0 else f':{name}:{value}'}'"


def _zsh_text(text: str | None) -> str:
    return "".join(f"\\{c}" if c in '[]:\\"' else c for c in text or "").replace("'", "'\\''")


def _fish(program: ArgumentParser, commands: Mapping[str, ArgumentParser]) -> str:
    lines = ["# kfdsl completion for fish, generated from its parser.", "complete -c kfdsl -f"]
    lines += [_fish_line(action, "__fish_use_subcommand") for action in actions(program)]
    for name, parser in commands.items():
        lines.append(f"complete -c kfdsl -n __fish_use_subcommand -a {name} -d {_quoted(parser.description)}")
        lines += [_fish_line(action, f"'__fish_seen_subcommand_from {name}'") for action in actions(parser)]
    return "\n".join([*lines, ""])


def _fish_line(action: Action, condition: str) -> str:
    words = ["complete -c kfdsl -n", condition]
    words += [
        f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
        for option in action.option_strings
    ]
    if action.option_strings and action.nargs != 0:
        words.append("-r")
    if action.choices:
        words.append(
            f"-x -a '{' '.join(action.choices)}'"
            if action.option_strings
            else f"-a '{' '.join(action.choices)}'"
        )
    elif action.metavar in FILES:
        words.append("-F")
    if action.option_strings:
        words.append(f"-d {_quoted(action.help)}")
    return " ".join(words)


def _quoted(text: str | None) -> str:
    return "'" + (text or "").replace("\\", "\\\\").replace("'", "\\'") + "'"
