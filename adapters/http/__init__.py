"""What ``dailies run`` serves over HTTP: health and readiness, Prometheus' figures, the provider's webhooks.

Its parts are imported one by one: whoever only counts what the provider is asked needs no server.
"""
