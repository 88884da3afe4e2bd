"""Cheap password hashers that note what they are asked to do."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CountingHasher(PBKDF2PasswordHasher):
    """Django's hasher, cheap, noting the passwords that are compared with a user's."""

    iterations = 1
    decided: list[str] = []

    def verify(self, password: str, encoded: str) -> bool:
        type(self).decided.append(password)
        return super().verify(password, encoded)


class WorkingHasher(PBKDF2PasswordHasher):
    """Django's hasher, cheap, counting how often it hashes."""

    iterations = 1
    work = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        type(self).work += 1
        return super().encode(password, salt, iterations)
