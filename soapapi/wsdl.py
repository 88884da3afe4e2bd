"""WSDLs and the list of services, as Magento answers `?wsdl` and `?wsdl_list`.

Spyne knows the operations and their types; what it names its own way is renamed here, and each
binding gets a twin in the other version of SOAP (docs/contract/soap.md).
"""

from collections.abc import Iterable
from copy import deepcopy
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest
from lxml import etree
from spyne import Application
from spyne.interface.wsdl import Wsdl11

from orderflow_bridge.common.error_codes import ErrorCode
from orderflow_bridge.documents.order_records import ORDER_EXTENSION
from orderflow_bridge.mapping.selectors import answered_keys
from soapapi.application import MAGENTO, SERVICES
from soapapi.calls import location, named_services, service_address
from soapapi.operations import TNS
from soapapi.refusals import Refusal, no_services_named

_ALLOWED = ("wsdl", "services")
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
SOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
LOCATION = "urn:orderflow:location"
RESULT = "result"
_PART = "messageParameters"
_ORDER = ("types", "message", "portType", "binding", "service")
_FAULT = f"""
<schema xmlns="{XSD[1:-1]}">
  <element name="GenericFault" type="tns:GenericFault"/>
  <complexType name="GenericFault"><sequence>
    <element name="Trace" type="xs:string" minOccurs="0"/>
    <element name="Parameters" type="tns:ArrayOfGenericFaultParameter" minOccurs="0"/>
    <element name="WrappedErrors" type="tns:ArrayOfWrappedError" minOccurs="0"/>
  </sequence></complexType>
  <complexType name="GenericFaultParameter"><sequence>
    <element name="key" type="xs:string"/>
    <element name="value" type="xs:string"/>
  </sequence></complexType>
  <complexType name="ArrayOfGenericFaultParameter"><sequence>
    <element name="item" type="tns:GenericFaultParameter" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
  <complexType name="WrappedError"><sequence>
    <element name="message" type="xs:string"/>
    <element name="parameters" type="tns:ArrayOfGenericFaultParameter" minOccurs="0"/>
  </sequence></complexType>
  <complexType name="ArrayOfWrappedError"><sequence>
    <element name="item" type="tns:WrappedError" minOccurs="0" maxOccurs="unbounded"/>
  </sequence></complexType>
</schema>
"""


def listing(request: HttpRequest) -> dict[str, Any]:
    """Return where the WSDL of each service is found."""
    base = f"{location(request)}?wsdl&services="
    return {service: {"wsdl_endpoint": base + service} for service in SERVICES}


def describe(request: HttpRequest) -> str:
    """Return the WSDL of the services named; its namespace is the address of the endpoint.

    Raises Refusal for parameters Magento does not know, and for services that do not exist.
    """
    unknown = [name for name in request.GET if name not in _ALLOWED]
    if unknown:
        named = ", ".join(unknown)
        raise Refusal(
            f"Not allowed parameters: {named}. Please use only wsdl and services.",
            parameters={"1": named, "2": "wsdl", "3": "services"},
        )
    services = named_services(request)
    if services is None:
        raise no_services_named()
    for service in services:
        if service not in SERVICES:
            raise Refusal(
                f'Requested service is not available: "{service}"',
                parameters={"1": service},
                error_code=ErrorCode.NO_SUCH_SERVICE,
            )
    address = escape(service_address(request, services), {'"': "&quot;"})
    document = _with_added(_template(frozenset(services)))
    return document.replace(TNS, address).replace(LOCATION, address)


def _with_added(document: str) -> str:
    """Declare what mappings add to an order's extension attributes, as Magento does for modules."""
    start = document.find(f'<xs:complexType name="{ORDER_EXTENSION.name}">')
    if start < 0:
        return document
    end = document.index("\n        </xs:sequence>", start)
    added = "".join(
        f'\n          <xs:element name="{key}" type="xs:string" minOccurs="0"/>'
        for key in answered_keys()
    )
    return document[:end] + added + document[end:]


def document_of(application: Application) -> etree._Element:
    """Return Spyne's own WSDL of an application, its parts in the order WSDL asks for."""
    wsdl = Wsdl11(application.interface, element_form_default="unqualified")
    wsdl.build_interface_document(LOCATION)
    root = etree.fromstring(wsdl.get_interface_document())
    root[:] = sorted(root, key=lambda part: _ORDER.index(etree.QName(part).localname))
    schema = part_of(root, f"types/{XSD}schema")
    # Spyne's own order of types changes from process to process.
    schema[:] = sorted(schema, key=lambda entry: (entry.tag, entry.get("name")))
    for part in root.iter(f"{WSDL}part"):
        part.set("name", _PART)
    for declared in root.iter(f"{WSDL}operation"):
        _drop(declared, "parameterOrder")
    for member in root.iter(f"{XSD}element"):
        # Magento declares nothing as nillable: what is null is left out.
        _drop(member, "nillable")
        if member.get("name") == RESULT:
            _drop(member, "minOccurs")
    return root


def part_of(root: etree._Element, path: str) -> etree._Element:
    """Return a part of a document, of which there is one; `path` starts within WSDL's namespace."""
    found = root.find(f"{WSDL}{path}")
    if found is None:
        raise LookupError(f"no {path} in the WSDL")
    return found


def written(root: etree._Element) -> str:
    """Return a document as text, declaring only the namespaces that are used."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["tns", "xs", "soapenc"])
    etree.indent(root)
    text: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


@lru_cache(maxsize=64)
def _template(services: frozenset[str]) -> str:
    """Return the WSDL of some services, with fixed names still in place of addresses."""
    root = deepcopy(_magento())
    kept = {f"{service}Service" for service in services}
    for service in root.findall(f"{WSDL}service"):
        if service.get("name") not in kept:
            _remove_service(root, service.get("name", "").removesuffix("Service"))
    _remove_unused_types(root)
    return written(root)


@lru_cache(maxsize=1)
def _magento() -> etree._Element:
    """Return the WSDL of all Magento 2 services; every set of services is a part of it."""
    root = document_of(MAGENTO.app)
    _rename_types(root)
    _add_fault(root)
    for service in root.findall(f"{WSDL}service"):
        _name_ports(root, service)
    return root


def _drop(element: etree._Element, attribute: str) -> None:
    if attribute in element.attrib:
        del element.attrib[attribute]


def _rename_types(root: etree._Element) -> None:
    """Give messages' types a capital; drop the elements that Spyne declares for data types."""
    schema = part_of(root, f"types/{XSD}schema")
    used = {part.get("element", "") for part in root.iter(f"{WSDL}part")}
    names = {name.removeprefix("tns:") for name in used}
    for declared in schema.findall(f"{XSD}element"):
        if declared.get("name") not in names:
            schema.remove(declared)
    for declared in schema.iter(f"{XSD}complexType"):
        if declared.get("name") in names:
            declared.set("name", _capital(declared.get("name", "")))
    for declared in schema.findall(f"{XSD}element"):
        declared.set("type", f"tns:{_capital(declared.get('name', ''))}")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _add_fault(root: etree._Element) -> None:
    """Declare Magento's one fault and name it in every operation."""
    schema = part_of(root, f"types/{XSD}schema")
    schema.extend(etree.fromstring(_FAULT))
    message = etree.Element(f"{WSDL}message", name="GenericFault")
    etree.SubElement(message, f"{WSDL}part", name=_PART, element="tns:GenericFault")
    root.findall(f"{WSDL}message")[-1].addnext(message)
    for declared in root.iterfind(f"{WSDL}portType/{WSDL}operation"):
        etree.SubElement(declared, f"{WSDL}fault", name="GenericFault", message="tns:GenericFault")
    for bound in root.iterfind(f"{WSDL}binding/{WSDL}operation"):
        fault = etree.SubElement(bound, f"{WSDL}fault", name="GenericFault")
        etree.SubElement(fault, f"{{{SOAP11}}}fault", name="GenericFault", use="literal")


def _name_ports(root: etree._Element, service: etree._Element) -> None:
    """Name a service's port and binding; SOAP 1.2 has Magento's names, 1.1 the same with "11"."""
    name = service.get("name", "").removesuffix("Service")
    port = service[0]
    binding = next(
        entry for entry in root.findall(f"{WSDL}binding") if entry.get("name") == f"{name}PortType"
    )
    for version, suffix in ((SOAP11, "11"), (SOAP12, "")):
        for node, kind in ((binding, "Binding"), (port, "Port")):
            twin = etree.fromstring(etree.tostring(node).replace(SOAP11.encode(), version.encode()))
            twin.set("name", f"{name}{kind}{suffix}")
            if kind == "Port":
                twin.set("binding", f"tns:{name}Binding{suffix}")
            node.addnext(twin)
    root.remove(binding)
    service.remove(port)


def _remove_service(root: etree._Element, name: str) -> None:
    for part in list(root):
        own = part.get("name", "")
        if own.startswith(name) and part.tag != f"{WSDL}types":
            root.remove(part)


def _remove_unused_types(root: etree._Element) -> None:
    """Drop the types and elements that no remaining message leads to."""
    schema = part_of(root, f"types/{XSD}schema")
    declared = {(entry.tag, f"tns:{entry.get('name')}"): entry for entry in schema}
    kept: set[tuple[object, str]] = set()
    wanted = [(f"{XSD}element", part.get("element", "")) for part in root.iter(f"{WSDL}part")]
    while wanted:
        key = wanted.pop()
        if key in declared and key not in kept:
            kept.add(key)
            wanted += _types_within(declared[key])
    for key, entry in declared.items():
        if key not in kept:
            schema.remove(entry)


def _types_within(entry: etree._Element) -> Iterable[tuple[str, str]]:
    return [(f"{XSD}complexType", node.get("type", "")) for node in entry.iter()]
