"""Findings in, text out: `text` for people, `machine` for programs.

Nothing here is imported before there is something to report.
"""
