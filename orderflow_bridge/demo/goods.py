"""The demo catalogue as data: the products that the guide names, and others around them."""

from decimal import Decimal
from typing import NamedTuple

# Magento's own numbers and names of its sample data; the rest has the set Default.
ATTRIBUTE_SETS = {"Tops": (9, "Top"), "Gear": (11, "Gear"), "Bags": (15, "Bag")}

# Category, and the one above it.
CATEGORIES = (
    ("Gear", ""),
    ("Bags", "Gear"),
    ("Fitness Equipment", "Gear"),
    ("Watches", "Gear"),
    ("Clothing", ""),
    ("Jackets", "Clothing"),
    ("Tops", "Clothing"),
    ("Electronics", ""),
    ("Courses", ""),
)


class Goods(NamedTuple):
    """One product: weight in kilogrammes, price in the currency of the website."""

    sku: str
    name: str
    price: str
    weight: str
    category: str
    websites: str = "base uk"


# In the order of the ids that the guide's grid shows.
SIMPLE = (
    Goods("24-MB01", "Joust Duffle Bag", "37.00", "0.9", "Bags"),
    Goods("24-MB04", "Strive Shoulder Pack", "32.00", "0.8", "Bags"),
    Goods("24-MB03", "Crown Summit Backpack", "38.00", "1.2", "Bags"),
    Goods("24-MB05", "Wayfarer Messenger Bag", "45.00", "1.1", "Bags"),
    Goods("24-MB06", "Rival Field Messenger", "45.00", "1.0", "Bags"),
    Goods("24-MB02", "Fusion Backpack", "59.00", "1.3", "Bags"),
    Goods("24-UB02", "Impulse Duffel", "74.00", "1.6", "Bags"),
    Goods("hdd000", "Hard Disk Drive 2 TB", "79.90", "0.35", "Electronics"),
    Goods("BG-101", "Harbour Tote", "28.00", "0.5", "Bags"),
    Goods("BG-102", "Ridgeway Day Pack", "49.00", "0.9", "Bags"),
    Goods("BG-103", "Canal Bicycle Pannier", "64.00", "1.4", "Bags", "uk"),
    Goods("BG-104", "Overnight Holdall", "82.00", "1.7", "Bags"),
    Goods("BG-105", "Fell Runner Belt", "18.50", "0.2", "Bags"),
    Goods("FT-201", "Skipping Rope", "12.00", "0.3", "Fitness Equipment"),
    Goods("FT-202", "Foam Roller", "19.00", "0.6", "Fitness Equipment"),
    Goods("FT-203", "Yoga Brick", "5.00", "0.2", "Fitness Equipment"),
    Goods("FT-204", "Yoga Strap", "14.00", "0.15", "Fitness Equipment"),
    Goods("FT-205", "Resistance Band, light", "16.00", "0.1", "Fitness Equipment"),
    Goods("FT-206", "Resistance Band, strong", "19.00", "0.12", "Fitness Equipment"),
    Goods("FT-207", "Push-up Grips", "19.00", "0.7", "Fitness Equipment"),
    Goods("FT-208", "Water Bottle 0.75 l", "7.00", "0.15", "Fitness Equipment"),
    Goods("FT-209", "Kettlebell 8 kg", "34.00", "8", "Fitness Equipment"),
    Goods("FT-210", "Kettlebell 12 kg", "46.00", "12", "Fitness Equipment"),
    Goods("FT-211", "Exercise Ball 65 cm", "27.00", "1.1", "Fitness Equipment"),
    Goods("WT-301", "Field Watch", "45.00", "0.08", "Watches"),
    Goods("WT-302", "Tide Watch", "92.00", "0.1", "Watches"),
    Goods("WT-303", "Summit Watch", "54.00", "0.09", "Watches", "base"),
    Goods("WT-304", "Twin Dial Watch", "55.00", "0.09", "Watches"),
    Goods("WT-305", "Stopwatch", "24.00", "0.06", "Watches"),
    Goods("EL-401", "USB Cable 1 m", "6.50", "0.05", "Electronics"),
    Goods("EL-402", "Head Torch", "29.00", "0.12", "Electronics"),
    Goods("EL-403", "Power Bank 10,000 mAh", "32.00", "0.24", "Electronics"),
    Goods("EL-404", "Cycle Lights, pair", "26.00", "0.14", "Electronics", "uk"),
)

# A configurable product, its category, and its variants: colour, size, price, weight.
CONFIGURABLE = (
    (
        ("wbk002c", "Black Nolita Cami", "Tops"),
        (
            ("wbk002c-Black-S", "Black Nolita Cami-Black-S", "25.89", "10"),
            ("wbk002c-Black-M", "Black Nolita Cami-Black-M", "25.89", "10"),
            ("wbk002c-Black-L", "Black Nolita Cami-Black-L", "25.89", "10"),
        ),
    ),
    (
        ("JK-501", "Harbour Rain Jacket", "Jackets"),
        (
            ("JK-501-Navy-S", "Harbour Rain Jacket-Navy-S", "89.00", "0.7"),
            ("JK-501-Navy-M", "Harbour Rain Jacket-Navy-M", "89.00", "0.7"),
            ("JK-501-Navy-L", "Harbour Rain Jacket-Navy-L", "89.00", "0.8"),
            ("JK-501-Moss-M", "Harbour Rain Jacket-Moss-M", "89.00", "0.7"),
        ),
    ),
    (
        ("TP-601", "Merino Base Layer", "Tops"),
        (
            ("TP-601-Grey-S", "Merino Base Layer-Grey-S", "48.00", "0.25"),
            ("TP-601-Grey-M", "Merino Base Layer-Grey-M", "48.00", "0.25"),
            ("TP-601-Grey-L", "Merino Base Layer-Grey-L", "48.00", "0.25"),
        ),
    ),
)

DOWNLOADABLE = (Goods("DL-701", "Yoga for Beginners (video)", "9.00", "0", "Courses"),)

EXPORTED = ("24-MB01", "24-MB02", "hdd000")
UNITS_IN_STOCK = Decimal(100)
