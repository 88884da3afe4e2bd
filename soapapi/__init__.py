"""The SOAP endpoint: OrderFlow's calls, as Magento answers them. The only room that knows Spyne."""

from soapapi.compat import prepare_imports

prepare_imports()
