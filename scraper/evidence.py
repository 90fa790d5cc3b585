"""What the answers of one run prove about its portal, and when they prove nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

MASS = 0.2  # a larger share of failed checks says something about the portal, not about its articles
PATIENCE = 5  # answers in a row that never came, or refused us, after which a run ends
ALIKE = 3  # addresses of different articles with the very same bytes: the portal shows one page under all
RECENT = 200  # pages among which such copies are looked for


@dataclass(slots=True)
class Evidence:
    """Counts of what article pages said, and how the portal answers at all."""

    fine: int = 0  # articles that answered as articles, or as unchanged ones
    absent: set[int] = field(default_factory=set)  # known articles whose pages are gone, by their answer
    silent: set[int] = field(default_factory=set)  # known articles that could not be checked
    streak: int = 0  # troubles of access since the last page that was read
    given_up: str | None = None  # the kind of trouble that ended the run
    bodies: dict[int, set[str]] = field(default_factory=dict)  # hash of a page -> the articles that it was shown as

    @property
    def failed(self) -> int:
        """Checks of known articles that failed, whatever the reason."""
        return len(self.absent) + len(self.silent)

    @property
    def moved(self) -> bool:
        """Whether so many articles are gone from their places that the portal has moved or changed."""
        return _is_mass(len(self.absent), self.fine)

    @property
    def unfair(self) -> bool:
        """Whether so many checks failed that none of them is evidence."""
        return _is_mass(self.failed, self.fine)

    def lacking(self) -> int:
        """Number of further articles that must answer well before a failed check says anything about an article."""
        return max(0, round(self.failed / MASS) - self.failed - self.fine)

    def answered(self) -> None:
        """The portal gave a page."""
        self.streak = 0

    def missed(self, kind: str) -> None:
        """The portal gave no page: 'unreachable' or 'refused'."""
        self.streak += 1
        if self.streak >= PATIENCE and self.given_up is None:
            self.given_up = kind

    def alike(self, body: bytes, name: str) -> bool:
        """Whether the page was shown for several other articles too."""
        names = self.bodies.setdefault(hash(body), set())
        names.add(name)
        for old in list(islice(self.bodies, max(0, len(self.bodies) - RECENT))):
            del self.bodies[old]
        return len(names) >= ALIKE


def _is_mass(failed: int, fine: int) -> bool:
    """More than a fifth; a single article is no mass."""
    return failed > 1 and failed > MASS * (failed + fine)
