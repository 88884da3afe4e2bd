"""Forms of lists of which no reading is certain: whoever took them would lose lines."""

import re

from tests.soapapi.lists import Form, hrefs, referred

_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"


def _capitals(xml: str) -> str:
    """Return a list with a capital at the beginning of each element's name."""
    return re.sub(r"(</?)(\w)", lambda found: found[1] + found[2].upper(), xml)


UNREADABLE: dict[str, Form] = {
    "nested": lambda what, lines: (what.written(what.written(what.items(lines))), ""),
    "items in an item": lambda what, lines: (what.written(f"<item>{what.items(lines)}</item>"), ""),
    "an item in an item": lambda what, lines: (
        what.written(f"<item>{what.members(lines[0])}{what.items(lines[1:])}</item>"),
        "",
    ),
    "text": lambda what, lines: (what.written("S-1=1, S-2=2"), ""),
    "text in the items": lambda what, lines: (
        what.written("".join(f"<item>{sku}</item>" for sku, _ in lines)),
        "",
    ),
    "text beside the items": lambda what, lines: (what.written(what.items(lines) + "S-13=13"), ""),
    "no items around the fields": lambda what, lines: (what.written(what.members(lines[0])), ""),
    "other fields": lambda what, lines: (
        what.written("".join(f"<item><a>{sku}</a><b>{text}</b></item>" for sku, text in lines)),
        "",
    ),
    "a field twice": lambda what, lines: (
        what.written(f"<item>{what.members(lines[0])}{what.members(lines[1])}</item>"),
        "",
    ),
    "elements in a field": lambda what, lines: (
        what.written(f"<item><{what.fields[0]}><b>S-1</b></{what.fields[0]}></item>"),
        "",
    ),
    "nil, yet not": lambda what, lines: (what.written(what.items(lines), ' xsi:nil="true"'), ""),
    "nil items, yet not": lambda what, lines: (
        what.written(what.items(lines).replace("<item>", '<item xsi:nil="1">')),
        "",
    ),
    "doubled": lambda what, lines: (
        what.written(what.items(lines[:1])) + what.written(what.items(lines[1:])),
        "",
    ),
    "doubled, once empty": lambda what, lines: (
        what.written(what.items(lines)) + what.written(""),
        "",
    ),
    "misspelt": lambda what, lines: (
        what.written(what.items(lines)).replace(f"{what.name}>", f"{what.name}s>"),
        "",
    ),
    "misspelt, as are its items": lambda what, lines: (
        _capitals(what.written(what.items(lines))),
        "",
    ),
    "fields misspelt": lambda what, lines: (
        what.written(_capitals(what.items(lines)).replace("Item>", "item>")),
        "",
    ),
    "a field misspelt besides": lambda what, lines: (
        what.written(
            what.item(lines[0]).replace(
                "<item>", "<item><SKU_>A</SKU_><Tracking-Number/><KEY>A</KEY>"
            )
        ),
        "",
    ),
    "in attributes of the list": lambda what, lines: (
        what.written("", f' {what.fields[0]}="{lines[0][0]}"'),
        "",
    ),
    "in attributes of the items": lambda what, lines: (
        what.written("".join(f'<item {what.fields[0]}="{sku}"/>' for sku, _ in lines)),
        "",
    ),
    "half in attributes": lambda what, lines: (
        what.written(
            what.item(lines[0]).replace("<item>", f'<item {what.fields[-1].upper()}="1">')
        ),
        "",
    ),
    "in an attribute of a field": lambda what, lines: (
        what.written(what.items(lines) + f'<item><{what.fields[0]} value="S-13"/></item>'),
        "",
    ),
    "text beside the fields": lambda what, lines: (
        what.written(what.items(lines).replace("</item>", "13</item>")),
        "",
    ),
    "nil, yet a text": lambda what, lines: (
        f'<{what.name} xsi:nil="true">S-1=1</{what.name}>',
        "",
    ),
    "a size and no items": lambda what, lines: (
        what.written("", f' xmlns:c="{_ENCODING}" c:arrayType="c:any[2]"'),
        "",
    ),
    "nowhere": lambda what, lines: (what.written(hrefs(lines)), ""),
    "somewhere twice": lambda what, lines: (
        what.written('<item href="#id0"/>'),
        referred(lines[:1], what.members) * 2,
    ),
    "in a circle": lambda what, lines: (
        what.written("", ' href="#a"'),
        '<multiRef id="a" href="#b"/><multiRef id="b" href="#a"/>',
    ),
    "in itself": lambda what, lines: (
        what.written("", ' href="#a"'),
        '<multiRef id="a"><item href="#a"/></multiRef>',
    ),
    "in another message": lambda what, lines: (what.written("", ' href="cid:list"'), ""),
    "elsewhere, and more": lambda what, lines: (
        what.written(what.item(lines[0]).replace("<item>", '<item href="#id0">')),
        referred(lines[:1], what.members),
    ),
    "elsewhere, with more that nobody wants": lambda what, lines: (
        what.written(hrefs(lines[:1])),
        referred(lines, what.members),
    ),
    "with a second call": lambda what, lines: (
        what.written(what.items(lines)),
        f"<n:{what.call} xmlns:n='urn:Magento'>{what.written(what.items(lines))}</n:{what.call}>",
    ),
    "with a second body": lambda what, lines: (
        what.written(what.items(lines)),
        f"</e:Body><e:Body>{what.written(what.items(lines))}",
    ),
}
