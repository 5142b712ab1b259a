"""The thresholds of publication, per country; they can be raised and never lowered."""

from __future__ import annotations

from dataclasses import dataclass

# Smallest group by country and kind of measure. Elsewhere the strictest of these holds.
CLIMATE_K = {"BE": 5, "NL": 5}
STRAIN_K = {"BE": 8, "NL": 16}
HEALTH_K = {"BE": 16, "NL": 16}

_FLOOR = {"k": 5, "d": 3, "d_local": 4, "c": 1, "bands_from": 50, "text_from": 10, "rho": 0.5}


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds of one release.

    k           smallest number of respondents behind any difference of published figures
    d           smallest group that two waves together may isolate
    d_local     smallest change in who a team's figure counts, compared with any earlier wave, unless nothing changes
    c           number of respondents who may put their heads together; counts hide c + 1 people at each end
    bands_from  respondents from which a unit may show a distribution
    text_from   respondents from which a unit may show text answers
    rho         share of a scale's range within which nobody's score may be narrowed

    Raises ValueError for a value below the lowest default of any country, and when k < 2c + 3: with fewer people
    the two hidden ends of a scale would meet.
    """

    k: int = 5
    d: int = 3
    d_local: int = 4
    c: int = 1
    bands_from: int = 50
    text_from: int = 10
    rho: float = 0.5

    def __post_init__(self) -> None:
        for name, least in _FLOOR.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} may be raised, never lowered below {least}")
        if self.rho > 1:
            raise ValueError("rho is a share of the range and can not exceed 1")
        if self.k < 2 * self.c + 3:
            raise ValueError(f"k must be at least 2c + 3 = {2 * self.c + 3} when c is {self.c}")

    @classmethod
    def for_country(cls, country: str, strain: bool, raised: int | None = None, *, health: bool = False) -> Policy:
        """The policy of a country (ISO 3166 code, "BE" or "nl") for a measure of climate, of strain or of health.

        `raised` is the organisation's own k; ValueError when it lies below the country's default.
        An unknown country gets the strictest default.
        """
        table = HEALTH_K if health else STRAIN_K if strain else CLIMATE_K
        least = table.get(country.strip().upper(), max(table.values()))
        if raised is not None and raised < least:
            raise ValueError(f"k may be raised, never lowered below {least} ({country})")
        return cls(k=least if raised is None else raised)

    def hidden_share(self, low: float, high: float, cut_low: float | None, cut_top: float | None) -> float:
        """rho of a scale: wide enough that nobody's outer band is given away, as a share of the range [low, high]."""
        span = high - low
        shares = [self.rho]
        if cut_top is not None:
            shares.append((high - cut_top) / span + 0.02)
        if cut_low is not None:
            shares.append((cut_low - low) / span + 0.02)
        return min(1.0, max(shares))
