from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def validate_pod_metadata_task_a(
    annotation_path: str,
    annotation_exp_val: str,
    label_path_1: str,
    label_exp_val_1: str,
    label_path_2: str,
    label_exp_val_2: str,
) -> bool:
    import os

    assert os.getenv(annotation_path) == annotation_exp_val
    assert os.getenv(label_path_1) == label_exp_val_1
    assert os.getenv(label_path_2) == label_exp_val_2
    return True


@dsl.component(base_image="python:3.11")
def validate_pod_metadata_task_b(
    annotation_path_1: str,
    annotation_exp_val_1: str,
    annotation_path_2: str,
    annotation_exp_val_2: str,
    annotation_path_3: str,
    annotation_exp_val_3: str,
    annotation_path_4: str,
    annotation_exp_val_4: str,
    label_path_1: str,
    label_exp_val_1: str,
    label_path_2: str,
    label_exp_val_2: str,
    label_path_3: str,
    label_exp_val_3: str,
) -> bool:
    import os

    assert os.getenv(annotation_path_1) == annotation_exp_val_1
    assert os.getenv(annotation_path_2) == annotation_exp_val_2
    assert os.getenv(annotation_path_3) == annotation_exp_val_3
    assert os.getenv(annotation_path_4) == annotation_exp_val_4
    assert os.getenv(label_path_1) == label_exp_val_1
    assert os.getenv(label_path_2) == label_exp_val_2
    assert os.getenv(label_path_3) == label_exp_val_3
    return True


@dsl.component(base_image="python:3.11")
def validate_pod_metadata_task_c(
    annotation_path_1: str, annotation_exp_val_1: str, annotation_path_2: str, annotation_exp_val_2: str
) -> bool:
    import os

    assert os.getenv(annotation_path_1) == annotation_exp_val_1
    assert os.getenv(annotation_path_2) == annotation_exp_val_2
    return True


@dsl.component(base_image="python:3.11")
def validate_pod_metadata_task_d(
    label_path_1: str,
    label_exp_val_1: str,
    label_path_2: str,
    label_exp_val_2: str,
    label_path_3: str,
    label_exp_val_3: str,
) -> bool:
    import os

    assert os.getenv(label_path_1) == label_exp_val_1
    assert os.getenv(label_path_2) == label_exp_val_2
    assert os.getenv(label_path_3) == label_exp_val_3
    return True


@dsl.component(base_image="python:3.11")
def validate_no_pod_metadata() -> bool:
    import os

    for name in ("POD_TASK_ANNOTATION", "POD_TASK_ANNOTATION_1", "POD_TASK_LABEL", "POD_TASK_LABEL_1"):
        assert os.getenv(name) == ""
    return True


def expose(task: dsl.PipelineTask, kind: str, key: str) -> None:
    name = f"POD_{key.upper().replace('-', '_')}"
    kubernetes.use_field_path_as_env(task, env_name=name, field_path=f"metadata.{kind}['{key}']")


def annotate(task: dsl.PipelineTask, *suffixes: str) -> None:
    for suffix in suffixes:
        kubernetes.add_pod_annotation(task, f"task-annotation{suffix}", f"annotation{suffix}")
        expose(task, "annotations", f"task-annotation{suffix}")


def label(task: dsl.PipelineTask, *suffixes: str) -> None:
    for suffix in suffixes:
        kubernetes.add_pod_label(task, f"task-label{suffix}", f"label{suffix}")
        expose(task, "labels", f"task-label{suffix}")


@dsl.pipeline
def pipeline_with_pod_metadata():
    task_a = validate_pod_metadata_task_a(
        annotation_path="POD_TASK_ANNOTATION",
        annotation_exp_val="annotation",
        label_path_1="POD_TASK_LABEL_1",
        label_exp_val_1="label-1",
        label_path_2="POD_TASK_LABEL_2",
        label_exp_val_2="label-2",
    ).set_caching_options(False)
    annotate(task_a, "")
    label(task_a, "-1", "-2")
    task_b = validate_pod_metadata_task_b(
        annotation_path_1="POD_TASK_ANNOTATION_1",
        annotation_exp_val_1="annotation-1",
        annotation_path_2="POD_TASK_ANNOTATION_2",
        annotation_exp_val_2="annotation-2",
        annotation_path_3="POD_TASK_ANNOTATION_3",
        annotation_exp_val_3="annotation-3",
        annotation_path_4="POD_TASK_ANNOTATION_4",
        annotation_exp_val_4="annotation-4",
        label_path_1="POD_TASK_LABEL_1",
        label_exp_val_1="label-1",
        label_path_2="POD_TASK_LABEL_2",
        label_exp_val_2="label-2",
        label_path_3="POD_TASK_LABEL_3",
        label_exp_val_3="label-3",
    ).set_caching_options(False)
    annotate(task_b, "-1", "-2", "-3", "-4")
    label(task_b, "-1", "-2", "-3")
    task_c = validate_pod_metadata_task_c(
        annotation_path_1="POD_TASK_ANNOTATION_1",
        annotation_exp_val_1="annotation-1",
        annotation_path_2="POD_TASK_ANNOTATION_2",
        annotation_exp_val_2="annotation-2",
    ).set_caching_options(False)
    annotate(task_c, "-1", "-2")
    task_d = validate_pod_metadata_task_d(
        label_path_1="POD_TASK_LABEL_1",
        label_exp_val_1="label-1",
        label_path_2="POD_TASK_LABEL_2",
        label_exp_val_2="label-2",
        label_path_3="POD_TASK_LABEL_3",
        label_exp_val_3="label-3",
    ).set_caching_options(False)
    label(task_d, "-1", "-2", "-3")
    task = validate_no_pod_metadata().set_caching_options(False)
    for suffix in ("", "-1"):
        expose(task, "annotations", f"task-annotation{suffix}")
    for suffix in ("", "-1"):
        expose(task, "labels", f"task-label{suffix}")
