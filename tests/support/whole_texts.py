"""A page of a long text as a reader sees it: with the rest, which the page asks for apart."""

from bs4 import BeautifulSoup
from django.test import Client


def whole(client: Client, url: str) -> BeautifulSoup:
    """Return a page with its rest in its place."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    page = BeautifulSoup(answer.content, "html.parser")
    for part in page.select("[data-at-once]"):
        rest = client.get(str(part["data-reads"]))
        assert rest.status_code == 200
        part.replace_with(BeautifulSoup(rest.content, "html.parser"))
    return page
