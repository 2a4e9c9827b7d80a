from kfp import dsl


@dsl.notebook_component(notebook_path="../nb_train_simple.ipynb", base_image="python:3.11")
def run_train_notebook(text: str):
    dsl.run_notebook(text=text)


@dsl.pipeline
def nb_simple(text: str = "hello"):
    run_train_notebook(text=text).set_caching_options(False)
