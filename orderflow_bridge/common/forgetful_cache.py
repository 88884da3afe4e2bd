"""A cache in Redis that forgets while Redis is away or says nothing, and fails nobody.

What is kept there only saves work: losing Redis loses nothing, and must stop nothing either.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

_T = TypeVar("_T")
# How long nothing is asked after a failure: each look at a silent server takes its whole time.
_LEFT_ALONE_SECONDS = 30.0

log = structlog.get_logger(__name__)


class _Client(RedisCacheClient):
    left_alone_until = float("-inf")

    def get(self, key: Any, default: Any) -> Any:
        return self._asked(lambda: super(_Client, self).get(key, default), default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._asked(lambda: super(_Client, self).set(key, value, timeout), None)

    def _asked(self, ask: Callable[[], _T], otherwise: _T) -> _T:
        if time.monotonic() < self.left_alone_until:
            return otherwise
        try:
            return ask()
        except RedisError as error:
            self.left_alone_until = time.monotonic() + _LEFT_ALONE_SECONDS
            log.warning("cache_left_alone", error=str(error))
            return otherwise


class ForgetfulCache(RedisCache):
    """Django's cache in Redis, of which `get` and `set` never raise."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
