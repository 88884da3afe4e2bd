"""Checking passwords: slowly the first time, quickly while the answer is still fresh.

OrderFlow's Magento 1 dialect signs in for every message, and a password hash is slow on purpose: a
third of a second of processor time. So a right password is remembered for a few minutes, in this
process only, as a keyed digest that is worthless outside it.
"""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from typing import Any

from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from orderflow_bridge.access.rights import opens_admin
from orderflow_bridge.access.second_factor import with_authenticators

REMEMBERED_SECONDS = 600
_MOST_REMEMBERED = 1_000


class FreshPasswords:
    """Digests of passwords that were right a short while ago. Threads share it."""

    def __init__(self, seconds: float = REMEMBERED_SECONDS) -> None:
        self._seconds = seconds
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def digest(self, user: User, password: str) -> bytes:
        """Bind a password to the user's stored hash: a changed password is not recognised."""
        told = f"{user.pk}\0{user.password}\0{password}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, told, "sha256")

    def knows(self, digest: bytes) -> bool:
        """Say whether this password was right lately."""
        with self._lock:
            return self._until.get(digest, 0.0) > time.monotonic()

    def remember(self, digest: bytes) -> None:
        """Remember a right password; the oldest ones make room."""
        with self._lock:
            self._until[digest] = time.monotonic() + self._seconds
            self._until.move_to_end(digest)
            while len(self._until) > _MOST_REMEMBERED:
                self._until.popitem(last=False)


_fresh = FreshPasswords()


class LockoutBackend(AxesStandaloneBackend):
    """Refuses whoever is locked, after as long as a wrong password takes: who asks cannot tell."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Return None for the next backend to judge; raise PermissionDenied if locked."""
        try:
            super().authenticate(request, username=username, password=password, **kwargs)
        except PermissionDenied:
            make_password(password)
            raise


class RememberingBackend(ModelBackend):
    """Django's users and passwords. Disabled users are refused however fresh their password is.

    Users come with `has_authenticator`, which asks for a second factor without a query of its own.
    Whether they may use the admin follows from their rights, whatever is stored of it.
    """

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session, if still enabled."""
        user = with_authenticators(User.objects.filter(pk=user_id)).first()
        if user is None or vars(user)["has_ended"] or not self.user_can_authenticate(user):
            return None
        user.is_staff = opens_admin(user)
        return user

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the user whose password this is, or None."""
        known = _named(username) if username and password else None
        if known is None or password is None:
            return super().authenticate(request, username=username, password=password, **kwargs)
        digest = _fresh.digest(known, password)
        # Who is disabled waits as long for the answer as everybody whose password is wrong.
        has_ended = vars(known)["has_ended"]
        if self.user_can_authenticate(known) and _fresh.knows(digest) and not has_ended:
            return known
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if not isinstance(user, User):
            return None
        if has_ended:
            # Who knows the password may hear why it opens nothing.
            if request is not None:
                vars(request)["access_has_ended"] = True
            return None
        _fresh.remember(digest)
        vars(user)["has_authenticator"] = vars(known)["has_authenticator"]
        return user


def _named(username: str) -> User | None:
    return with_authenticators(User.objects.filter(username=username)).first()
