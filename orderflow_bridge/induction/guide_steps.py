"""What a step of OrderFlow's set-up consists of; titles, labels and texts are the reader's."""

from dataclasses import dataclass

from orderflow_bridge.induction.models import Proof


@dataclass(frozen=True)
class Value:
    """Something to be copied into OrderFlow; `source` says in the document where it stands here."""

    name: str
    label: str
    source: str


@dataclass(frozen=True)
class Step:
    """One step: what to do in OrderFlow, what for, and what shows here that it was done.

    Any of `proofs` is enough; without one nothing that the bridge sees can show it. `snippets` are
    texts to be pasted, each with its caption.
    """

    key: str
    chapter: str
    title: str
    declared_texts: tuple[str, ...]
    values: tuple[Value, ...] = ()
    snippets: tuple[tuple[str, str], ...] = ()
    proofs: tuple[Proof, ...] = ()
    unseen: str = ""

    @property
    def texts(self) -> list[str]:
        """What to do, and what for, in the reader's language."""
        return [str(text) for text in self.declared_texts]
