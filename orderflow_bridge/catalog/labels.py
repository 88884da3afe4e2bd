"""What products, categories and their columns are called in their reader's language."""

from orderflow_bridge.catalog.attribute_set import AttributeSet
from orderflow_bridge.catalog.models import Category, Product, ProductCategory, ProductRelation
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model


def name_models() -> None:
    """Give the models and columns that pages show their names."""
    name_model(
        Product,
        _("product"),
        _("products"),
        name=_("name"),
        attribute_set_id=_("attribute set id"),
        status=_("status"),
        visibility=_("visibility"),
        price=_("price"),
        weight=_("weight"),
        description=_("description"),
        image=_("image"),
        tax_class_id=_("tax class id"),
        barcode=_("barcode"),
        weight_units=_("weight units"),
        length=_("length"),
        width=_("width"),
        height=_("height"),
        area=_("area"),
        volume=_("volume"),
        storage_types=_("storage types"),
        tax_code=_("tax code"),
        custom_attributes=_("custom attributes"),
        updated_at=_("updated at"),
    )
    name_model(
        Category,
        _("category"),
        name=_("name"),
        parent=_("parent"),
        position=_("position"),
        is_active=_("is active"),
    )
    name_model(AttributeSet, many=_("attribute sets"), name=_("name"))
    name_model(
        ProductCategory, product=_("product"), category=_("category"), position=_("position")
    )
    name_model(ProductRelation, parent=_("parent"), child=_("child"))
