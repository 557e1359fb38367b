"""What ``dailies run`` serves over HTTP: health and readiness, Prometheus' figures, the provider's webhooks."""

from adapters.http.meters import Meters
from adapters.http.server import HttpServer

__all__ = ["HttpServer", "Meters"]
