"""The types of Magento 1's operations, in Magento 1's one namespace (docs/contract/soap.md)."""

from spyne import Array, ComplexModel, DateTime, Integer32, Integer64, Unicode

NAMESPACE = "urn:Magento"


class SkuQuantity(ComplexModel):
    """A quantity of one SKU."""

    __namespace__ = NAMESPACE
    __type_name__ = "skuQty"
    _type_info = [("key", Unicode(min_occurs=1)), ("value", Integer32(min_occurs=1))]


class SkuSequence(ComplexModel):
    """The sequence id of one SKU's quantity."""

    __namespace__ = NAMESPACE
    __type_name__ = "skuSeq"
    _type_info = [
        ("key", Unicode(min_occurs=1)),
        ("value", Integer64(min_occurs=1)),
        ("lastOrderExported", DateTime),
    ]


SkuQuantities = Array(SkuQuantity, member_name="item", type_name="skuQtyArray")
SkuSequences = Array(SkuSequence, member_name="item", type_name="skuSeqArray")
