"""The two WSDLs of Magento 1: rpc/encoded, which is its usual one, and WS-I.

Spyne describes both services as documents, which WS-I is; the encoded one is rewritten from that.
"""

from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest
from lxml import etree
from spyne import Application

from soapapi.application import LEGACY, WSI
from soapapi.calls import location
from soapapi.magento1 import NAMESPACE
from soapapi.wsdl import LOCATION, SOAP11, WSDL, XSD, document_of, part_of, written

_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_ARRAY = f"""
<complexContent xmlns="{XSD[1:-1]}" xmlns:soapenc="{_ENCODING}"><restriction base="soapenc:Array">
  <attribute ref="soapenc:arrayType" xmlns:wsdl="{WSDL[1:-1]}" wsdl:arrayType="%s[]"/>
</restriction></complexContent>
"""


def describe(request: HttpRequest) -> str:
    """Return the WSDL of Magento 1's operations: rpc/encoded, or with `wsi` in the query WS-I."""
    address = escape(f"{location(request)}/", {'"': "&quot;"})
    return _template(is_wsi="wsi" in request.GET).replace(LOCATION, address)


@lru_cache(maxsize=2)
def _template(*, is_wsi: bool) -> str:
    """Return a WSDL of Magento 1, with a fixed name still in place of its address."""
    if is_wsi:
        root = _document(WSI.app, "Mage_Api_Model_Server_Wsi_Handler", action="")
        _name_parts(root)
    else:
        handler = "Mage_Api_Model_Server_V2_Handler"
        root = _document(LEGACY.app, handler, action=f"urn:{handler}Action")
        root = _encoded(root)
    return written(root)


def _document(application: Application, handler: str, *, action: str) -> etree._Element:
    """Return Spyne's WSDL of an application under Magento 1's names."""
    root = document_of(application)
    for kind in ("portType", "binding"):
        part_of(root, kind).set("name", f"{handler}{kind[:1].upper()}{kind[1:]}")
    part_of(root, "binding").set("type", f"tns:{handler}PortType")
    port = part_of(root, f"service/{WSDL}port")
    port.set("name", f"{handler}Port")
    port.set("binding", f"tns:{handler}Binding")
    for operation in root.iter(f"{{{SOAP11}}}operation"):
        operation.set("soapAction", action)
    return root


def _name_parts(root: etree._Element) -> None:
    """Name the messages' parts as Magento 1 does; drop the elements that none of them has."""
    parts = list(root.iter(f"{WSDL}part"))
    for part in parts:
        part.set("name", "parameters")
    used = {part.get("element") for part in parts}
    schema = part_of(root, f"types/{XSD}schema")
    for declared in schema.findall(f"{XSD}element"):
        if f"tns:{declared.get('name')}" not in used:
            schema.remove(declared)


def _encoded(document: etree._Element) -> etree._Element:
    """Return a WSDL of documents as one of rpc/encoded calls."""
    names: Any = {**document.nsmap, "soapenc": _ENCODING}
    root = etree.Element(str(document.tag), nsmap=names)
    root.attrib.update(document.attrib)
    root.extend(document)
    _encode_types(root)
    _encode_binding(part_of(root, "binding"))
    return root


def _encode_types(root: etree._Element) -> None:
    """Let messages have typed parts instead of one element, and lists be encoded arrays."""
    schema = part_of(root, f"types/{XSD}schema")
    types = {f"tns:{entry.get('name')}": entry for entry in schema.findall(f"{XSD}complexType")}
    for message in root.iterfind(f"{WSDL}message"):
        declared = types.pop(message[0].get("element", ""))
        message[:] = [
            etree.Element(f"{WSDL}part", name=member.attrib["name"], type=member.attrib["type"])
            for member in declared.iter(f"{XSD}element")
        ]
    for declared in types.values():
        member = next(declared.iter(f"{XSD}element"))
        if member.get("maxOccurs"):
            declared[:] = [etree.fromstring(_ARRAY % member.get("type"))]
    schema[:] = [etree.Element(f"{XSD}import", namespace=_ENCODING), *types.values()]


def _encode_binding(binding: etree._Element) -> None:
    for styled in binding.iter(f"{{{SOAP11}}}binding", f"{{{SOAP11}}}operation"):
        styled.set("style", "rpc")
    for body in binding.iter(f"{{{SOAP11}}}body"):
        body.set("use", "encoded")
        body.set("namespace", NAMESPACE)
        body.set("encodingStyle", _ENCODING)
