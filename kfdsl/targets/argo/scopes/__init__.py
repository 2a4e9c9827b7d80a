"""Where values are: templates that take in what is read in them, and give out what is read outside.

Here belongs what is known of a pipeline before any template is written: which task runs a step (`tasks`), what a
template can read (`scope`, `leaf` for one that makes a pod), what steps declare and the engine tells of them
(`declared`, `facts`, `run_values`), and under which names templates are kept (`registry`).
"""
