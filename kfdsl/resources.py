"""The files that come with kfdsl but are not Python: the folders `grammar/` and `templates/`.

A wheel has them inside the package, a checkout beside it. `importlib.resources` knows both and zip files
too, but importing it costs more than reading the files, so it is asked last.
"""

from __future__ import annotations

import os.path

_PACKAGE = os.path.dirname(os.path.abspath(__file__))  # importing pathlib takes milliseconds
_FOLDERS = (_PACKAGE, os.path.dirname(_PACKAGE))


def read(name: str) -> str:
    """Return the text of a file, named from the top level with slashes: `grammar/pipe.lark`.

    Line ends are line feeds, whatever the file has.

    Raises:
        FileNotFoundError: there is no such file.
    """
    for folder in _FOLDERS:
        try:
            with open(f"{folder}/{name}", encoding="utf-8") as stream:
                return stream.read()
        except (FileNotFoundError, NotADirectoryError):
            continue
    return _read_zipped(name)


def _read_zipped(name: str) -> str:
    from importlib.resources import files  # noqa: PLC0415  # costs milliseconds, seldom needed

    return files("kfdsl").joinpath(name).read_text(encoding="utf-8")
