"""Texts too long for one page: what follows their beginning is read apart, and kept by browsers.

The page (`templates/support/rest.html`) asks for it at once; without scripts it links to it.
"""

from hashlib import sha256

from django.http import HttpResponse

from orderflow_bridge.console.admin_site import KEPT_BY_BROWSERS

REST = "rest"
LONGEST = 16_000
_SECTIONS = ("<h2", "<h3", "<p>")


def divided(body: str, *, longest: int = LONGEST) -> tuple[str, str]:
    """Return the beginning of a text, up to a heading if it has one in time; and its rest."""
    if len(body) <= longest:
        return body, ""
    ends = (body.rfind(each, longest // 2, longest) for each in _SECTIONS)
    end = next((each for each in ends if each > 0), 0)
    return (body[:end], body[end:]) if end else (body, "")


def rest_url(address: str, rest: str) -> str:
    """Return where the rest of a page is read, "" if there is none. Another text is another one."""
    return f"{address}?{REST}={sha256(rest.encode()).hexdigest()[:10]}" if rest else ""


def answer_rest(rest: str) -> HttpResponse:
    """Return the rest, which is the same for every reader."""
    answer = HttpResponse(rest)
    answer["Cache-Control"] = KEPT_BY_BROWSERS
    return answer
