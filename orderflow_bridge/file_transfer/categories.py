"""Categories by their paths, `Default Category/Gear/Bags`: found, and made when missing."""

from collections.abc import Iterable

from orderflow_bridge.catalog.models import Category

Path = tuple[str, ...]

_LONGEST_NAME = 255


def paths_by_id() -> dict[int, Path]:
    """Return the path of every category: one query."""
    rows = {
        pk: (name, parent_id)
        for pk, name, parent_id in Category.objects.order_by("pk").values_list(
            "pk", "name", "parent_id"
        )
    }
    paths: dict[int, Path] = {}

    def path_of(pk: int) -> Path:
        if pk not in paths:
            name, parent_id = rows[pk]
            paths[pk] = (
                () if parent_id == pk else (*(path_of(parent_id) if parent_id else ()), name)
            )
        return paths[pk]

    for pk in rows:
        path_of(pk)
    return paths


class Categories:
    """The catalogue tree while a file is read. Of two categories with one path the older counts."""

    def __init__(self, *, is_dry_run: bool) -> None:
        self._is_dry_run = is_dry_run
        self._ids: dict[Path, int] = {}
        for pk, path in paths_by_id().items():
            self._ids.setdefault(path, pk)

    def ids_of(self, paths: Iterable[Path]) -> tuple[list[int], list[Path]]:
        """Return the ids of these paths, and the paths that are not there and were not made.

        In a dry run nothing is made. Raises ValueError for a name that is too long.
        """
        ids, missing = [], []
        for path in paths:
            if not all(len(name) <= _LONGEST_NAME for name in path):
                raise ValueError(f"categories: a name is longer than {_LONGEST_NAME} characters.")
            if self._is_dry_run and path not in self._ids:
                missing.append(path)
            else:
                ids.append(self._find(path))
        return ids, missing

    def _find(self, path: Path) -> int:
        if path not in self._ids:
            parent = self._find(path[:-1]) if len(path) > 1 else None
            self._ids[path] = Category.objects.create(name=path[-1], parent_id=parent).pk
        return self._ids[path]
