"""Seedance 2 Mini and its siblings through the Muapi API: the client, the catalogue's data, the simulator."""
