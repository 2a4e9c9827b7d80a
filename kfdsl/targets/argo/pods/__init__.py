"""Templates that run something: a body with its containers, scripts and volumes, and the built-in components.

Here belongs what becomes a field of a template with a pod, or of one that asks, waits or calls a server; `bodies`
puts it together. What all templates have, such as retries, is in `settings`.
"""
