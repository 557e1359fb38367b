"""Reference pictures that people give: fetched, checked in a process of its own, and kept under their checksum."""

from adapters.pictures.store import PictureStore

__all__ = ["PictureStore"]
