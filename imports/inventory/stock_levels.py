"""How the lines of a batch compare with one another, before the database compares them further."""

from collections import defaultdict

from imports.inventory.lines import Line

# As the databases take an item that has no figure of OrderFlow's yet.
_NO_MARK = -1


class StockLevels:
    """How the lines of a batch compare with one another, per source and SKU's key, by sequence id.

    Lines enter in the order of work. Plain dictionaries of texts and numbers, because the garbage
    collector walks through anything else that a batch of many thousand lines keeps.
    """

    def __init__(self) -> None:
        self.overtaken: list[int] = []
        # Whether a line has failed, or is a correction.
        self.is_odd = False
        self._newest: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._holders: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def enter(self, ord: int, key: str, line: Line) -> int | None:
        """Return the highest sequence id entered before for the line's source and SKU's key.

        A line with a higher one overtakes the holder, whose `ord` is noted in `overtaken`. Failed
        lines count for nothing; a correction overtakes what has its own sequence id, or none.
        """
        _, source, sequence_id, _, _, reason, corrects = line
        newest = self._newest[source]
        highest = newest.get(key)
        if reason or corrects:
            self.is_odd = True
        if corrects and sequence_id is None:
            sequence_id = _NO_MARK
        if reason or sequence_id is None:
            return highest
        if highest is not None:
            if sequence_id < highest or (sequence_id == highest and not corrects):
                return highest
            self.overtaken.append(self._holders[source][key])
        newest[key] = sequence_id
        self._holders[source][key] = ord
        return highest
