"""Graphs to DAG templates: where each step runs (`plan`), its task (`graphs`), and how it is written (`dag`).

Here belongs what becomes a task or a field of one: order, loops, handlers, outputs of groups. What a task calls is
made in `pods` and `calls`; how large a DAG may be is a matter of `splitting`.
"""
