"""taxClasses, taxRates: what programs ask for before they write products (docs/rest.md, "Taxes").

The bridge works out no taxes: it keeps what orders say. So there are Magento's two classes, which
products and customers name, and no rates.
"""

from typing import Any

from orderflow_bridge.access.rights import TAXES
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.listed import listed
from orderflow_bridge.documents.records import Document, Kind, Many, floats, ints, record, texts
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

TAX_CLASS = record(
    "TaxDataTaxClassInterface",
    ints("class_id"),
    texts("class_name class_type"),
    required="class_name class_type",
)
TAX_RATE = record(
    "TaxDataTaxRateInterface",
    ints("id"),
    texts("tax_country_id"),
    ints("tax_region_id"),
    texts("region_name tax_postcode"),
    ints("zip_is_range zip_from zip_to"),
    floats("rate"),
    texts("code"),
    {"titles": Many(Kind.ANY)},
    required="tax_country_id rate code",
)
_CLASSES = results_of(TAX_CLASS, "TaxDataTaxClassSearchResultsInterface")
_RATES = results_of(TAX_RATE, "TaxDataTaxRateSearchResultsInterface")
_ALL = (
    TAX_CLASS.of({"class_id": 2, "class_name": "Taxable Goods", "class_type": "PRODUCT"}),
    TAX_CLASS.of({"class_id": 3, "class_name": "Retail Customer", "class_type": "CUSTOMER"}),
)


class TaxClassesView(RestView):
    """Tax classes (taxTaxClassRepositoryV1)."""

    @operation(right=TAXES, is_search=True, returns=_CLASSES)
    def get(self, call: Call) -> dict[str, Any]:
        """Search the tax classes: of goods, and of customers."""
        most_rows = web_services().max_items
        return listed(_ALL, TAX_CLASS, call.criteria(), most_rows=most_rows)


class TaxClassView(RestView):
    """One tax class (taxTaxClassRepositoryV1)."""

    @operation(right=TAXES, returns=TAX_CLASS)
    def get(self, call: Call, tax_class_id: int) -> Document:
        """Read a tax class."""
        for document in _ALL:
            if document["class_id"] == tax_class_id:
                return document
        raise NoSuchEntity.field("class_id", tax_class_id)


class TaxRatesView(RestView):
    """Tax rates (taxTaxRateRepositoryV1)."""

    @operation(right=TAXES, is_search=True, returns=_RATES)
    def get(self, call: Call) -> dict[str, Any]:
        """Search the tax rates: there are none."""
        return listed([], TAX_RATE, call.criteria(), most_rows=web_services().max_items)


class TaxRateView(RestView):
    """One tax rate (taxTaxRateRepositoryV1)."""

    @operation(right=TAXES, returns=TAX_RATE)
    def get(self, call: Call, rate_id: int) -> Document:
        """Read a tax rate; there is none."""
        raise NoSuchEntity.field("taxRateId", rate_id)


routes = [
    Route("taxClasses/search", TaxClassesView),
    Route("taxClasses/<tax_class_id>", TaxClassView),
    Route("taxRates/search", TaxRatesView),
    Route("taxRates/<rate_id>", TaxRateView),
]
