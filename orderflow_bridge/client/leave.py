"""Whether calls may leave at all, and to which hosts: what the house that calls has decided."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Leave:
    """`refusal` says, as a sentence, why nobody is called. `hosts`, where they are listed, are the
    only ones that are: a name, "*.example.com" for everything below one, either with ":port".
    `unlisted` is the sentence for others, with {host} in it.
    """

    refusal: str = ""
    hosts: tuple[str, ...] | None = None
    unlisted: str = "{host} is not among the hosts that are called."

    def why_not(self, url: str) -> str:
        """Return why an address is not called, as a sentence; "" if it is."""
        if self.refusal:
            return self.refusal
        if self.hosts is None:
            return ""
        try:
            parts = urlsplit(url)
            if any(_fits(parts, each) for each in self.hosts):
                return ""
        except ValueError:  # a port that is none
            return self.unlisted.format(host=url)
        return self.unlisted.format(host=parts.netloc.rpartition("@")[2])


ANYBODY = Leave()


def _fits(parts: SplitResult, listed: str) -> bool:
    entry = urlsplit(f"//{listed.strip()}")
    name, wanted = _name(parts.hostname), _name(entry.hostname)
    if entry.port is not None and entry.port != (parts.port or _PORTS.get(parts.scheme)):
        return False
    if not name or not wanted:
        return False
    return name == wanted or (wanted.startswith("*.") and name.endswith(wanted[1:]))


def _name(host: str | None) -> str:
    return (host or "").rstrip(".").casefold()
