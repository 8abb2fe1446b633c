"""Frozen values and pure rules: standard library and attrs only, no clock, no I/O."""
