"""The HTTP API, version 1: `/api/v1/…`, described at `/api/v1/openapi.json`, to be tried at `/api/v1/docs`."""

from kb.api.routes import api

__all__ = ["api"]
