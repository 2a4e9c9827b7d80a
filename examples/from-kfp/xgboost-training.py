from typing import NamedTuple

from kfp import dsl

IMAGE = "python:3.12-slim"
PACKAGES = ["pandas==2.2.3", "scikit-learn==1.5.2", "xgboost==2.1.3"]


@dsl.component(base_image=IMAGE, packages_to_install=PACKAGES)
def prepare(train_set: dsl.Output[dsl.Dataset], test_set: dsl.Output[dsl.Dataset]):
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    frame = load_breast_cancer(as_frame=True).frame
    train, test = train_test_split(frame, test_size=0.3, random_state=7)
    train.to_csv(train_set.path, index=False)
    test.to_csv(test_set.path, index=False)


@dsl.component(base_image=IMAGE, packages_to_install=PACKAGES)
def train(train_set: dsl.Input[dsl.Dataset], rounds: int, max_depth: int, model: dsl.Output[dsl.Model]):
    import pandas
    import xgboost

    rows = pandas.read_csv(train_set.path)
    trees = xgboost.XGBClassifier(n_estimators=rounds, max_depth=max_depth)
    trees.fit(rows.drop(columns="target"), rows["target"])
    trees.save_model(model.path)
    model.metadata["framework"] = "xgboost"


@dsl.component(base_image=IMAGE, packages_to_install=PACKAGES)
def evaluate(
    model: dsl.Input[dsl.Model],
    test_set: dsl.Input[dsl.Dataset],
    metrics: dsl.Output[dsl.Metrics],
    confusion: dsl.Output[dsl.ClassificationMetrics],
) -> NamedTuple("Outputs", accuracy=float):
    import pandas
    import xgboost
    from sklearn.metrics import accuracy_score, confusion_matrix

    rows = pandas.read_csv(test_set.path)
    trees = xgboost.XGBClassifier()
    trees.load_model(model.path)
    found = trees.predict(rows.drop(columns="target"))
    accuracy = float(accuracy_score(rows["target"], found))
    metrics.log_metric("accuracy", accuracy)
    confusion.log_confusion_matrix(["malignant", "benign"], confusion_matrix(rows["target"], found).tolist())
    return (accuracy,)


@dsl.pipeline
def xgboost_training(rounds: int = 50, max_depth: int = 4) -> float:
    """Trains boosted trees on a table of tumours, and shows how often they are right."""
    data = prepare()
    fitted = train(train_set=data.outputs["train_set"], rounds=rounds, max_depth=max_depth)
    evaluated = evaluate(model=fitted.outputs["model"], test_set=data.outputs["test_set"])
    for task in (data, fitted, evaluated):
        task.set_cpu_request("1").set_cpu_limit("2").set_memory_request("1Gi").set_memory_limit("2Gi")
    return evaluated.outputs["accuracy"]
