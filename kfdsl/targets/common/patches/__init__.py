"""`patch`: the author's YAML, read, held against a schema, and merged into what a target has made.

What is wrong with a patch is found at its place inside the text; so is what it overrides.
"""
