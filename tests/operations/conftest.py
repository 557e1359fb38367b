"""The office of the jobs' tests."""

from tests.jobs.conftest import address_of_rows, kind_of_store, office

__all__ = ["address_of_rows", "kind_of_store", "office"]
