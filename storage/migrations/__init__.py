"""Alembic's folder: ``env`` runs what is in ``versions``, in order."""
