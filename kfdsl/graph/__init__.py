"""A checked program in, a picture of its pipelines out: text, Mermaid, DOT, SVG or JSON.

`kfdsl.graph.build` makes the `Drawing` of a program; each format is a module that renders one.
"""
