"""Components and pipelines of Kubeflow in `.yaml` files: their text in, declarations of the language out.

What is translated is a syntax tree whose spans lie in the YAML file, so that an imported component is checked,
called and compiled as one that is written in the language.
"""
