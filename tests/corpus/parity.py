"""The table of a page of parity: what each port has that differs from the original, and why."""

from __future__ import annotations

from .corpora import ARGO, Corpus

BEGIN = "<!-- table: pytest --update tests/corpus -->"


def page(corpus: Corpus) -> str:
    """Return the page with its table made anew; what stands above the table is kept."""
    written = corpus.page.read_text(encoding="utf-8")
    return written[: written.index(BEGIN)] + BEGIN + "\n\n" + _table(corpus)


def _table(corpus: Corpus) -> str:
    accepted = corpus.accepted()
    pending = corpus.noted("pending")
    ports = [port for port in corpus.ports() if port not in pending]
    same = [port for port in ports if port not in accepted]
    rows = [
        f"| {port} | {'<br>'.join(dict.fromkeys(_sentence(reason) for reason in accepted[port].values()))} |"
        for port in ports
        if port in accepted
    ]
    lines = [
        f"Of {len(ports)} ports, {len(same)} equal the original in everything, and {len(rows)} nearly.",
        "",
        f"| {'workflow' if corpus == ARGO else 'pipeline'} | what differs, and why |",
        "|---|---|",
        *rows,
        "",
        "Equal in everything:",
        *[f"{port}," for port in same[:-1]],
        *[f"{port}." for port in same[-1:]],
        *_listed("Compiled with `--allow not-run-by-kfp`:", corpus.noted("unrunnable")),
        *_listed("Not compiled as it should be yet:", pending),
    ]
    return "\n".join(lines) + "\n"


def _listed(title: str, noted: dict[str, str]) -> list[str]:
    if not noted:
        return []
    return ["", title, "", *(f"- {port}: {_sentence(reason)}" for port, reason in sorted(noted.items()))]


def _sentence(reason: str) -> str:
    return reason.replace("|", "\\|")
