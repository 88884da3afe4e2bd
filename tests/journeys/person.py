"""Somebody at the admin, who sees the first screen, follows links and fills in forms."""

from collections import defaultdict
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Group
from django.test import Client

from tests.factories import make_user


class Person:
    """A member of staff with one of the ready roles."""

    def __init__(self, role: str) -> None:
        user = make_user(role.lower().replace(" ", "-"), is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        self.user, self.client = user, Client()

    def look(self, url: str) -> BeautifulSoup:
        """Open a page."""
        answer = self.client.get(url)
        assert answer.status_code == 200, f"{url} answers {answer.status_code}"
        return BeautifulSoup(answer.content, "html.parser")

    def need(self, text: str) -> Tag | None:
        """Return the line of the first screen that says this."""
        return next((line for line in self.needs() if text in plain(line)), None)

    def needs(self) -> list[Tag]:
        """Return the lines of the first screen; nothing is shown to whom the admin refuses."""
        self.client.force_login(self.user)  # a day of work may have ended
        answer = self.client.get("/admin/")
        if answer.status_code == 302:
            return []
        page = BeautifulSoup(answer.content, "html.parser")
        return list(page.select(".dashboard-needs .failure-line"))

    def press(self, url: str, title: str, **values: Any) -> None:
        """Press a button of a page, and answer the question that follows with yes."""
        [href] = {each["href"] for each in self.look(url).select("a") if _says(each, title)}
        question = self.look(str(href))
        self._send(str(href), _only(question, "form.bridge-confirm"), values)

    def save(self, url: str, **values: Any) -> None:
        """Fill in the form of a page, and save it. None takes a tick away."""
        page = self.look(url)
        forms = page.select("#configuration-form") or page.select("form[id$=_form]")
        self._send(url, forms[0], values)

    def choose_all(self, url: str, action: str) -> None:
        """Select every row of a list, choose an action, and answer its question with yes."""
        page = self.look(url)
        rows = [each["value"] for each in page.select("input[name=_selected_action]")]
        assert rows, f"{url} lists nothing"
        data = {"action": action, "index": "0", "_selected_action": rows}
        answer = self.client.post(url, data)
        question = BeautifulSoup(answer.content, "html.parser")
        self._send(url, _only(question, "form.bridge-confirm"), {})

    def _send(self, url: str, form: Tag, values: dict[str, Any]) -> None:
        data = _fields(form)
        assert values.keys() <= {*data, *_names(form)}, f"{url} has no field {values.keys()}"
        data = {name: each for name, each in {**data, **values}.items() if each is not None}
        answer = self.client.post(
            url, {k: v for k, v in data.items() if v is not None}, follow=True
        )
        page = BeautifulSoup(answer.content, "html.parser")
        wrong = [plain(each) for each in page.select("[role=alert], .errorlist, .errornote")]
        assert (answer.status_code, wrong) == (200, []), url


def plain(tag: Tag) -> str:
    """Return what a tag says, without line breaks."""
    return " ".join(tag.text.split())


def _says(link: Tag, title: str) -> bool:
    for icon in link.select(".material-symbols-outlined"):
        icon.extract()
    return plain(link) == title and link.has_attr("href")


def _only(page: BeautifulSoup, selector: str) -> Tag:
    [found] = page.select(selector)
    return found


def _names(form: Tag) -> set[str]:
    return {str(each["name"]) for each in form.select("[name]")}


def _fields(form: Tag) -> dict[str, Any]:
    """Return what a browser would send of a form as it is, but for its buttons."""
    data: dict[str, list[str]] = defaultdict(list)
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), field.get("type")
        if field.has_attr("disabled") or kind in ("submit", "button", "file"):
            continue
        if field.name == "select":
            options = list(field.select("option[selected]"))
            if not field.has_attr("multiple"):
                options = options or list(field.select("option")[:1])
            data[name] += [str(each.get("value", "")) for each in options]
        elif field.name == "textarea":
            data[name].append(field.text.removeprefix("\n"))
        elif kind not in ("checkbox", "radio") or field.has_attr("checked"):
            data[name].append(str(field.get("value", "on" if kind == "checkbox" else "")))
    return dict(data)
