"""The admin shows times in the shop's zone; the endpoints for machines stay in UTC."""

import pytest
from django.http import HttpResponse
from django.utils import timezone

from orderflow_bridge.configuration.sections import General
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.configuration.views import ShopTimeZoneMiddleware

pytestmark = pytest.mark.django_db


def zone_during(request):
    seen = []

    def page(_):
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    ShopTimeZoneMiddleware(page)(request)
    return seen[0]


def test_the_admin_is_in_the_shops_zone(rf):
    write_settings(General, {"timezone": "Asia/Tokyo"})

    assert zone_during(rf.get("/admin/sales/order/")) == "Asia/Tokyo"
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("path", ["/soap/default", "/rest/V1/orders", "/administrator"])
def test_machines_are_not_and_cost_no_query(rf, path, django_assert_num_queries):
    write_settings(General, {"timezone": "Asia/Tokyo"})

    with django_assert_num_queries(0):
        assert zone_during(rf.get(path)) == "UTC"
