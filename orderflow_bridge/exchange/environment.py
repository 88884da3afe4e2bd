"""Which installation this is: the name it is started under, and the one that its database knows.

Judged from what is known; nothing is read here. A copy of a database keeps the name of the
installation that it was taken from, and so betrays itself.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from orderflow_bridge.client import Leave
from orderflow_bridge.common.worded import worded

LIVE = "live"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


@dataclass(frozen=True)
class Environment:
    """`named` is BRIDGE_ENVIRONMENT, `remembered` what the database says; "" where nobody has.

    Outside live, `hosts` are called and `addresses` get mail, and no others; `endpoint` is the
    OrderFlow that the database was pointed at when it was adopted, which is called as well.
    """

    named: str = ""
    remembered: str = ""
    hosts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    endpoint: str = ""

    @property
    def is_copy(self) -> bool:
        """Whether the database is another installation's, as far as the names tell.

        A live installation that has just been given its name is no copy.
        """
        if self.remembered:
            return self.named != self.remembered
        return self.named not in ("", LIVE)

    @property
    def is_live(self) -> bool:
        """Whether it may call and write to everybody: it is live, or nobody has named anything."""
        return not self.is_copy and self.named in ("", LIVE)


def is_name(text: str) -> bool:
    """Tell whether this can be the name of an environment."""
    return bool(_NAME.fullmatch(text))


def why_copy(environment: Environment) -> str:
    """Return why nobody is called and no mail is sent, and what to do; "" where that is not so."""
    if not environment.is_copy:
        return ""
    theirs, ours = environment.remembered, environment.named
    if not theirs:
        return worded(
            "This installation is “%(ours)s”, and its database has no name yet. If it is a copy,"
            " run manage.py adopt --as %(ours)s; until then nobody is called and no mail is sent.",
            ours=ours,
        )
    if not ours:
        return worded(
            "The database is that of “%(theirs)s”, and this installation has no name. Set"
            " BRIDGE_ENVIRONMENT=%(theirs)s if it is that one; if this is a copy, give it another"
            " name and run manage.py adopt. Until then nobody is called and no mail is sent.",
            theirs=theirs,
        )
    return worded(
        "This is a copy: the database is that of “%(theirs)s”, and this installation is"
        " “%(ours)s”. Run manage.py adopt --as %(ours)s; until then nobody is called and no mail"
        " is sent.",
        theirs=theirs,
        ours=ours,
    )


def leave_of(environment: Environment) -> Leave:
    """Return which calls may leave."""
    if environment.is_copy:
        return Leave(why_copy(environment))
    if environment.is_live:
        return Leave()
    hosts = tuple(filter(None, (*environment.hosts, _host_of(environment.endpoint))))
    return Leave(
        "",
        hosts,
        f"This is “{environment.named}”, and {{host}} is not among the hosts that it calls"
        " (BRIDGE_TEST_HOSTS).",
    )


def _host_of(endpoint: str) -> str:
    """Return the host of an address with its port, as a list of hosts has it."""
    parts = urlsplit(endpoint)
    if not endpoint or parts.port:
        return parts.netloc
    return f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}"


def why_not_written_to(environment: Environment, address: str) -> str:
    """Return why no mail goes to an address, as a sentence; "" if it does."""
    if why := why_copy(environment):
        return why
    if environment.is_live:
        return ""
    wanted = address.strip().casefold()
    for each in environment.addresses:
        listed = each.strip().casefold()
        if listed and (wanted == listed or (listed[0] == "@" and wanted.endswith(listed))):
            return ""
    return worded(
        "This is “%(name)s”, and %(address)s is not among the addresses that it writes to"
        " (BRIDGE_TEST_MAIL).",
        name=environment.named,
        address=address,
    )


def subject_in(environment: Environment, subject: str) -> str:
    """Return a mail's subject, with the environment before it outside live."""
    return subject if environment.is_live else f"[{environment.named}] {subject}"
