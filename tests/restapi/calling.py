"""Calling a REST route as somebody with some rights."""

from typing import Any

import orjson
from django.test import Client

from orderflow_bridge.access.services import grant_token
from tests.factories import make_user


class Shop:
    """A REST client: `shop.get("inventory/sources/default")` returns status and answer."""

    def __init__(self, *rights: str) -> None:
        self.client = Client()
        self.token = grant_token(make_user(rights=rights))

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        """GET."""
        return self._call("get", path, query)

    def delete(self, path: str) -> tuple[int, Any]:
        """DELETE."""
        return self._call("delete", path)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """POST JSON."""
        return self._call("post", path, orjson.dumps(body), content_type="application/json")

    def put(self, path: str, body: Any) -> tuple[int, Any]:
        """PUT JSON."""
        return self._call("put", path, orjson.dumps(body), content_type="application/json")

    def _call(self, method: str, path: str, *arguments: Any, **values: Any) -> tuple[int, Any]:
        address = path if path.startswith("/") else f"/rest/V1/{path}"
        answer = getattr(self.client, method)(
            address, *arguments, headers={"Authorization": f"Bearer {self.token}"}, **values
        )
        return answer.status_code, orjson.loads(answer.content)
