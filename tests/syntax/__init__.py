"""Tests of the grammar, the lexer and the parser."""
