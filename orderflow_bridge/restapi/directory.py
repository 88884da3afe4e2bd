"""directory/countries, directory/currency: what forms and checks ask for (docs/rest-sales.md)."""

from orderflow_bridge.common.countries import COUNTRIES, Country
from orderflow_bridge.documents.records import Document, Kind, Many, floats, record, texts
from orderflow_bridge.restapi.errors import no_such
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.models import Order

REGION = record(
    "DirectoryDataRegionInformationInterface", texts("id code name"), required="id code name"
)
COUNTRY = record(
    "DirectoryDataCountryInformationInterface",
    texts("id two_letter_abbreviation three_letter_abbreviation full_name_locale"),
    texts("full_name_english"),
    {"available_regions": Many(REGION)},
    required=(
        "id two_letter_abbreviation three_letter_abbreviation full_name_locale full_name_english"
    ),
)
CURRENCY = record(
    "DirectoryDataCurrencyInformationInterface",
    texts("base_currency_code base_currency_symbol default_display_currency_code"),
    texts("default_display_currency_symbol"),
    {
        "available_currency_codes": Many(Kind.TEXT),
        "exchange_rates": Many(
            record(
                "DirectoryDataExchangeRateInterface",
                texts("currency_to"),
                floats("rate"),
                required="currency_to rate",
            )
        ),
    },
    required=(
        "base_currency_code base_currency_symbol default_display_currency_code"
        " default_display_currency_symbol available_currency_codes exchange_rates"
    ),
)
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


class CountriesView(RestView):
    """Countries (directoryCountryInformationAcquirerV1)."""

    @operation(right=None, returns=Many(COUNTRY))
    def get(self, call: Call) -> list[Document]:
        """List the countries; the USA with its states."""
        return [_document(each) for each in COUNTRIES.values()]


class CountryView(RestView):
    """One country."""

    @operation(right=None, returns=COUNTRY)
    def get(self, call: Call, country_id: str) -> Document:
        """Read a country by its code of two letters."""
        if country_id.upper() not in COUNTRIES:
            raise no_such("The country isn't available.", {})
        return _document(COUNTRIES[country_id.upper()])


class CurrencyView(RestView):
    """Currencies (directoryCurrencyInformationAcquirerV1)."""

    @operation(right=None, returns=CURRENCY)
    def get(self, call: Call) -> Document:
        """Tell the base currency, which is the only one that prices are in."""
        code = str(Order._meta.get_field("base_currency_code").get_default())
        sign = _SIGNS.get(code, code)
        return CURRENCY.of(
            {
                "base_currency_code": code,
                "base_currency_symbol": sign,
                "default_display_currency_code": code,
                "default_display_currency_symbol": sign,
                "available_currency_codes": [code],
                "exchange_rates": [{"currency_to": code, "rate": 1}],
            }
        )


def _document(country: Country) -> Document:
    return COUNTRY.of(
        {
            "id": country.code,
            "two_letter_abbreviation": country.code,
            "three_letter_abbreviation": country.long_code,
            "full_name_locale": country.name,
            "full_name_english": country.name,
            "available_regions": [
                {"id": str(each.region_id), "code": each.code, "name": each.name}
                for each in country.regions
            ]
            or None,
        }
    )


routes = [
    Route("directory/countries", CountriesView),
    Route("directory/countries/<country_id>", CountryView),
    Route("directory/currency", CurrencyView),
]
