"""Calls of what is an object of its own: templates of libraries, of other pipelines, of the cluster.

Here belongs how a step or a run refers to what has been applied, and what a call changes in a pipeline that is
not an object of its own.
"""
