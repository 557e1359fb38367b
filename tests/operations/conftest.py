"""The office of the jobs' tests."""

from tests.jobs.conftest import kind_of_store, no_rows, office

__all__ = ["kind_of_store", "no_rows", "office"]
