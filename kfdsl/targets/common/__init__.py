"""What targets share: it knows the language and its values, and no engine.

A module belongs here when two targets need it and nothing in it is a rule of one engine. What differs is given
by the target: its class of refusals, its schema. Nothing here imports a target.
"""
