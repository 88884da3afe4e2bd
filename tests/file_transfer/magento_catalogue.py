"""A catalogue as Magento's sample data and exports have it: 70 columns, and what lies in them."""

import random
from collections.abc import Iterator

from tests.file_transfer.files import csv_of

COLUMNS = (
    "sku", "store_view_code", "attribute_set_code", "product_type", "categories",
    "product_websites", "name", "description", "short_description", "weight", "product_online",
    "tax_class_name", "visibility", "price", "special_price", "special_price_from_date",
    "special_price_to_date", "url_key", "meta_title", "meta_keywords", "meta_description",
    "base_image", "base_image_label", "small_image", "small_image_label", "thumbnail_image",
    "thumbnail_image_label", "swatch_image", "swatch_image_label", "created_at", "updated_at",
    "new_from_date", "new_to_date", "map_price", "msrp_price", "custom_design", "page_layout",
    "country_of_manufacture", "additional_attributes", "qty", "out_of_stock_qty",
    "use_config_min_qty", "is_qty_decimal", "allow_backorders", "use_config_backorders",
    "min_cart_qty", "use_config_min_sale_qty", "max_cart_qty", "use_config_max_sale_qty",
    "is_in_stock", "notify_on_stock_below", "use_config_notify_stock_qty", "manage_stock",
    "use_config_manage_stock", "use_config_qty_increments", "qty_increments",
    "use_config_enable_qty_inc", "enable_qty_increments", "is_decimal_divided", "website_id",
    "related_skus", "crosssell_skus", "upsell_skus", "additional_images",
    "additional_image_labels", "hide_from_product_page", "custom_options", "bundle_values",
    "associated_skus", "configurable_variations",
)  # fmt: skip
SETS = ("Default", "Top", "Bottom")
VIEWS = ("de", "fr")
_SIZES, _COLORS = ("XS", "S", "M"), ("Black", "Blue, dark", 'Red "hot"')
_WORDS = ("Hero", "Hoodie", "Gear & Bags", "“Fit”", "<b>Soft</b>", "a|b", "50% = half", "-5")
_CONFIGURED = {name: "1" for name in COLUMNS if name.startswith("use_config_")} | {
    "out_of_stock_qty": "0",
    "allow_backorders": "0",
    "min_cart_qty": "1",
    "max_cart_qty": "0",
}
Cells = dict[str, str]


def catalogue(size: int, seed: int = 1) -> bytes:
    """Return a file of so many products, the same for the same seed."""
    return file_of(rows(size, random.Random(seed)))


def file_of(cells: Iterator[Cells]) -> bytes:
    """Return rows as a file with all the columns."""
    return csv_of(COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in cells))


def rows(size: int, choose: random.Random) -> Iterator[Cells]:
    """Yield the rows: variants before their configurable product, views after the product."""
    number = 0
    while number < size:
        base = f"MH{number:05}"
        kinds = [(s, c) for s in _SIZES for c in _COLORS][: choose.randint(0, 4)]
        kinds = kinds[: max(size - number - 1, 0)]
        for size_, color in kinds:
            yield _product(f"{base}-{size_}-{color[:4]}", choose) | {
                "visibility": "Not Visible Individually",
                "additional_attributes": f"size={size_},{_quoted('color=' + color)}",
            }
        links = _links(base, [f"{base}-{s}-{c[:4]}" for s, c in kinds])
        yield from _with_views(_parent(base, kinds, choose) | links, choose)
        number += len(kinds) + 1


def _links(sku: str, variants: list[str]) -> Cells:
    """Return links to variants, and to a product that need not be there; it names itself, too."""
    return {
        "related_skus": ",".join([*reversed(variants), sku]),
        "crosssell_skus": variants[-1].lower() if variants else "",
        "upsell_skus": "MH00000",
    }


def _parent(sku: str, kinds: list[tuple[str, str]], choose: random.Random) -> Cells:
    row = _product(sku, choose)
    if kinds:
        variations = [
            _joined([f"sku={sku}-{size}-{color[:4]}", f"size={size}", f"color={color}"])
            for size, color in kinds
        ]
        row |= {
            "product_type": "configurable",
            "qty": "0",
            "configurable_variations": "|".join(map(_quoted, variations)),
        }
    files = [f"/{sku[0].lower()}/{sku.lower()}_{name}.jpg" for name in ("main", "alt1", "back")]
    files = files[: choose.randint(0, 3)]
    if files:
        row |= {
            "base_image": files[0],
            "small_image": files[-1],
            "thumbnail_image": files[0],
            "swatch_image": choose.choice(["", files[-1]]),
            "additional_images": ",".join(files),
            "additional_image_labels": _joined(choose.choices(["", "Image", "a, b"], k=len(files))),
            "base_image_label": choose.choice(["", "Front"]),
            "thumbnail_image_label": choose.choice(["", "Small"]),
            "hide_from_product_page": choose.choice(["", files[-1]]),
        }
    return row


def _product(sku: str, choose: random.Random) -> Cells:
    name = f"{choose.choice(_WORDS)} {choose.choice(_WORDS)}"
    return {
        **_CONFIGURED,
        "sku": sku,
        "attribute_set_code": choose.choice(SETS),
        "product_type": "simple",
        "categories": "Default Category/Men/Tops,Default Category/Gear \\/ Bags",
        "product_websites": "base",
        "name": name,
        "description": f"<p>{name},\nin two lines.</p>\n<ul>\n<li>One</li>\n</ul>",
        "short_description": choose.choice(["", "Short | and sweet"]),
        "weight": choose.choice(["", "1", "0.5"]),
        "product_online": choose.choice("12"),
        "tax_class_name": "Taxable Goods",
        "visibility": "Catalog, Search",
        "price": choose.choice(["34", "54.5", "0"]),
        "special_price": choose.choice(["", "24"]),
        "special_price_from_date": choose.choice(["", "3/1/26", "2026-03-01 00:00:00"]),
        "url_key": sku.lower(),
        "meta_title": choose.choice(["", name]),
        "meta_keywords": "meta1, meta2, meta3",
        "created_at": "2/11/26, 9:00 AM",
        "new_from_date": choose.choice(["", "3/1/26, 10:30 AM"]),
        "country_of_manufacture": choose.choice(["", "Germany"]),
        "additional_attributes": choose.choice(["", "activity=Gym|Yoga,material=Fleece"]),
        "qty": choose.choice(["100", "0", "7.5"]),
        "is_in_stock": "1",
        "website_id": "0",
        **choose.choice([{}, {"manage_stock": "0", "use_config_manage_stock": "0"}]),
        **choose.choice([{}, {"out_of_stock_qty": "3", "use_config_min_qty": "0"}]),
        **choose.choice([{}, {"allow_backorders": "1", "use_config_backorders": "0"}]),
    }


def _with_views(row: Cells, choose: random.Random) -> Iterator[Cells]:
    """Yield a product's row, and those of some views that differ from it."""
    yield row
    for view in VIEWS:
        values = {
            "name": f"{row['name']} ({view})",
            "description": "__EMPTY__VALUE__",
            "short_description": f"Kurz | {view}",
            "visibility": "Search",
            "product_online": "2" if row["product_online"] == "1" else "1",
            "base_image_label": f"Bild {view}",
            "meta_title": row["meta_title"] or "Titel",
        }
        chosen = {code: text for code, text in values.items() if choose.random() < 0.4}
        if chosen:
            yield {
                "sku": row["sku"],
                "store_view_code": view,
                "attribute_set_code": row["attribute_set_code"],
                "product_type": row["product_type"],
                **chosen,
            }


def _joined(entries: list[str]) -> str:
    return csv_of(entries).decode().removesuffix("\r\n")


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if {'"', ","} & set(text) else text
