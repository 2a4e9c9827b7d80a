"""Tests of the whole run: files in, findings out."""
