"""Starts what the tests need, each program in one place."""
