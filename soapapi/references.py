"""References from one element to another, as encoded messages have them (SOAP 1.1, section 5).

A value may stand elsewhere in the Body under an `id`, with `href="#id"` in its place. Programs that
speak Magento 1's dialect write so; Magento 2's has no references.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from soapapi.envelope import Envelope, may_have_attribute
from soapapi.refusals import Refusal, beyond_limit, invalid_input, invalid_xml, shown_name
from soapapi.versions import split_tag

_ENCODING12 = "http://www.w3.org/2003/05/soap-encoding"
_REF12, _ID12 = f"{{{_ENCODING12}}}ref", f"{{{_ENCODING12}}}id"
_REFERRING = etree.XPath("descendant::*[@href or @e:ref]", namespaces={"e": _ENCODING12})
_NAMED = etree.XPath("descendant::*[@id or @e:id]", namespaces={"e": _ENCODING12})


@dataclass(frozen=True, slots=True)
class References:
    """The elements that others refer to, by id.

    `most_characters` limits what lists may come to when they are written out: one long text can be
    referred to by every item.
    """

    targets: Mapping[str, etree._Element] = field(default_factory=dict)
    most_characters: int = 0

    def followed(self, element: etree._Element) -> etree._Element:
        """Return the element meant: the one referred to, or else the element itself.

        Raises Refusal if it is not in the message, or refers on: so there is no going in circles.
        """
        if self is NONE:
            return element
        target_id = _target_id(element)
        if target_id is None:
            return element
        target = self.targets.get(target_id)
        if target is None or _target_id(target) is not None:
            raise _refers(element, "to an element that the message does not hold.")
        if len(element) or (element.text or "").strip():
            raise _refers(element, "to another element, yet it has a content of its own.")
        return target

    def check_length(self, characters: int) -> None:
        """Refuse lists that would be too long, in characters."""
        if characters > self.most_characters:
            raise beyond_limit(
                "its lists, written out, have more characters than", self.most_characters
            )


NONE = References()


def references_of(envelope: Envelope, body: bytes, most_characters: int) -> References:
    """Return the references of a message in Magento 1's dialect; NONE if there are none.

    Raises Refusal for a second call, and for an element that nothing refers to: it would be lost.
    """
    if not _may_refer(body):
        if len(envelope.body) > 1:
            raise _second_call()
        return NONE
    referring = _found(_REFERRING, envelope)
    referred = {_target_id(element) for element in referring}
    if any(_id(entry) not in referred or _id(entry) is None for entry in list(envelope.body)[1:]):
        raise _second_call()
    if not referring:
        return NONE
    targets: dict[str, etree._Element] = {}
    for element in _found(_NAMED, envelope):
        if targets.setdefault(_id(element) or "", element) is not element:
            raise invalid_xml("two elements have the same id")
    return References(targets, most_characters)


def refuse_references(envelope: Envelope, body: bytes) -> None:
    """Refuse a message in Magento 2's dialect that holds references or a second call."""
    if _may_refer(body):
        for element in _found(_REFERRING, envelope):
            raise _refers(element, "to another element. Write its value in its place.")
    if len(envelope.body) > 1:
        raise _second_call()


def _may_refer(body: bytes) -> bool:
    return may_have_attribute(body, b"ref")


def _found(path: etree.XPath, envelope: Envelope) -> list[etree._Element]:
    return cast(list[etree._Element], path(envelope.body))


def _target_id(element: etree._Element) -> str | None:
    """Return the id that an element refers to, None if it does not refer; "" is nobody's id."""
    href = element.get("href")
    if href is not None:
        return href[1:] if href.startswith("#") else ""
    return element.get(_REF12)


def _id(element: etree._Element) -> str | None:
    return element.get("id") or element.get(_ID12)


def _refers(element: etree._Element, rule: str) -> Refusal:
    return invalid_input(shown_name(split_tag(element)[1]), f"refers {rule}")


def _second_call() -> Refusal:
    return invalid_xml("the SOAP body holds more than one call")
