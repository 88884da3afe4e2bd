"""OrderFlow Bridge: the Magento 2 side of an OrderFlow integration."""
