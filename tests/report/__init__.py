"""Tests of kfdsl/report."""
