"""Compile pipelines of Kubeflow's SDK: run by a Python that has `kfp`, not by the tests' own.

    python sdk_compile.py OUTPUT-FOLDER FOLDER NAME…

Of each `FOLDER/NAME.py` its last pipeline, or else its last component, becomes `OUTPUT-FOLDER/NAME.yaml`.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from kfp import compiler
from kfp.dsl import base_component, graph_component


def main() -> None:
    """Compile."""
    output, folder = (Path(argument).resolve() for argument in sys.argv[1:3])
    for name in sys.argv[3:]:
        path = folder / f"{name}.py"
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            sys.exit(f"{path} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module  # the SDK reads the source of functions
        os.chdir(path.parent)
        spec.loader.exec_module(module)
        components = [one for one in vars(module).values() if isinstance(one, base_component.BaseComponent)]
        pipelines = [one for one in components if isinstance(one, graph_component.GraphComponent)]
        target = output / f"{name}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        compiler.Compiler().compile((pipelines or components)[-1], str(target))


if __name__ == "__main__":
    main()
