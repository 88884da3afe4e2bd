"""Links into OrderFlow's own screens: an order, a product, its stock, where OrderFlow has it."""
