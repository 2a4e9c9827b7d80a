from kfp import dsl

UBI = "registry.access.redhat.com/ubi9/python-311:latest"


@dsl.component(base_image=UBI, packages_to_install=["scikit-learn"])
def digit_classification(metrics: dsl.Output[dsl.Metrics]):
    from sklearn import datasets, linear_model, model_selection

    iris = datasets.load_iris()
    train_x, test_x, train_y, test_y = model_selection.train_test_split(
        iris.data, iris.target, test_size=0.33, random_state=7
    )
    model = linear_model.LogisticRegression().fit(train_x, train_y)
    metrics.log_metric("accuracy", model.score(test_x, test_y) * 100)


@dsl.component(base_image=UBI, packages_to_install=["scikit-learn"])
def wine_classification(metrics: dsl.Output[dsl.ClassificationMetrics]):
    from sklearn.datasets import load_wine
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_curve
    from sklearn.model_selection import cross_val_predict, train_test_split

    x, y = load_wine(return_X_y=True)
    train_x, _, train_y, _ = train_test_split(x, y == 1, random_state=42)
    forest = RandomForestClassifier(n_estimators=10, random_state=42)
    scores = cross_val_predict(forest, train_x, train_y, cv=3, method="predict_proba")
    fpr, tpr, thresholds = roc_curve(train_y, scores[:, 1], pos_label=True)
    metrics.log_roc_curve(fpr, tpr, [min(t, 1 - 1e-6) for t in thresholds])


@dsl.component(base_image=UBI, packages_to_install=["scikit-learn"])
def iris_sgdclassifier(test_samples_fraction: float, metrics: dsl.Output[dsl.ClassificationMetrics]):
    from sklearn import datasets, linear_model, model_selection
    from sklearn.metrics import confusion_matrix

    iris = datasets.load_iris()
    x, _, y, _ = model_selection.train_test_split(iris.data, iris.target, test_size=test_samples_fraction)
    predictions = model_selection.cross_val_predict(linear_model.SGDClassifier(), x, y, cv=3)
    names = ["Setosa", "Versicolour", "Virginica"]
    metrics.log_confusion_matrix(names, confusion_matrix(y, predictions).tolist())


@dsl.component
def html_visualization(html_artifact: dsl.Output[dsl.HTML]):
    open(html_artifact.path, "w").write("<!DOCTYPE html><html><body><h1>Hello world</h1></body></html>")


@dsl.component
def markdown_visualization(markdown_artifact: dsl.Output[dsl.Markdown]):
    open(markdown_artifact.path, "w").write("## Hello world \n\n Markdown content")


@dsl.pipeline
def metrics_visualization_pipeline():
    wine_classification()
    iris_sgdclassifier(test_samples_fraction=0.3)
    digit_classification()
    html_visualization()
    markdown_visualization()
