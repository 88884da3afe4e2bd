"""The addresses of the SOAP endpoint."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from soapapi import wsdl
from soapapi.addresses import endpoint
from soapapi.answering import answer
from soapapi.refusals import Refusal
from soapapi.replies import Reply, fault
from soapapi.versions import SOAP12

_DESCRIPTION = "text/xml; charset=UTF-8"


@csrf_exempt
def soap(request: HttpRequest, store: str = "default") -> HttpResponse:
    """Magento 2's endpoint: `/soap/<store>`. The query decides what is wanted, as with Magento."""
    if "wsdl_list" in request.GET:
        return JsonResponse(wsdl.listing(request))
    if "wsdl" in request.GET:
        return _describe(request)
    return _response(answer(request, is_legacy=False))


@csrf_exempt
def legacy(request: HttpRequest) -> HttpResponse:
    """Magento 1's endpoint: `/index.php/api/v2_soap/`."""
    if "wsdl" in request.GET:
        return HttpResponse(wsdl.legacy(request), content_type=_DESCRIPTION)
    return _response(answer(request, is_legacy=True))


def _describe(request: HttpRequest) -> HttpResponse:
    """Return a WSDL, or the reason why there is none as Magento gives it: status 400, text/xml."""
    try:
        document = wsdl.describe(request)
    except Refusal as refusal:
        reply = fault(refusal, version=SOAP12, endpoint=endpoint(request, []))
        return HttpResponse(reply.body, status=400, content_type=_DESCRIPTION)
    return HttpResponse(document, content_type=_DESCRIPTION)


def _response(reply: Reply) -> HttpResponse:
    return HttpResponse(
        reply.body, status=reply.status, content_type=reply.content_type, headers=reply.headers
    )
