"""Magento's documents and search criteria: what REST and SOAP read and send."""
