"""The edges: chats, the provider, the archive. Thin; every decision is in ``bot``."""
