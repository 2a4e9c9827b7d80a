from typing import List

from kfp import dsl


@dsl.component
def write_artifact(index: int, out: dsl.Output[dsl.Artifact]):
    open(out.path, "w").write(str(index))


@dsl.component
def read_and_join(artifacts: List[dsl.Artifact]) -> str:
    return ",".join(sorted(open(artifact.path).read().strip() for artifact in artifacts))


@dsl.pipeline
def pipeline_with_collected_artifacts() -> str:
    with dsl.ParallelFor([0, 1, 2]) as index:
        written = write_artifact(index=index)
    return read_and_join(artifacts=dsl.Collected(written.outputs["out"])).output
