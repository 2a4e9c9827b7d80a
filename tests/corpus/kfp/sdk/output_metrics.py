from kfp import dsl


@dsl.component
def output_metrics(metrics: dsl.Output[dsl.Metrics]):
    """Dummy component that outputs metrics with a random accuracy."""
    import random

    metrics.log_metric("accuracy", random.randint(0, 100))
