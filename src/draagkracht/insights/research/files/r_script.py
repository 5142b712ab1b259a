"""An R script (base R, no package) that reads the CSV, labels it, marks what is missing, and scores again from the items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from draagkracht.instruments.instrument import Instrument
from draagkracht.science.scoring import Scale

from ..dataset import Dataset
from ..variables import TEXT, Variable

READ = """\
# {title}
# Reads data.csv from the folder in which R runs. Base R only.
data <- read.csv("data.csv", encoding = "UTF-8", stringsAsFactors = FALSE, check.names = FALSE)
raw <- data  # with the codes of what is missing

stopifnot(nrow(data) == {rows}L, ncol(data) == {columns}L)
stopifnot(!anyDuplicated(data[c("person_id", "wave")]))
"""
MEND = """
# The codes of what is missing become NA; `why` keeps the reason beside them.
why <- list()
for (name in names(missing_codes)) {
  codes <- missing_codes[[name]]
  why[[name]] <- factor(data[[name]], levels = codes, labels = names(codes))
  data[[name]][data[[name]] %in% codes] <- NA
}
for (name in names(variable_labels)) attr(data[[name]], "label") <- variable_labels[[name]]
# Nominal variables as factors, ordinal ones as ordered factors, in `labelled`; `data` keeps the numbers.
labelled <- data
for (name in names(value_labels)) {
  codes <- value_labels[[name]]
  labelled[[name]] <- factor(data[[name]], levels = codes, labels = make.unique(names(codes)),
                             ordered = name %in% ordinal)
}
"""
SCORE = """
# The scores once more, from the items: they must be those of the file.
gathered <- function(items, how) {
  answers <- as.matrix(data[items$name])
  for (column in which(items$reverse)) {
    answers[, column] <- items$low[column] + items$high[column] - answers[, column]
  }
  given <- rowSums(!is.na(answers))
  total <- rowSums(answers, na.rm = TRUE)
  value <- if (how$mean) total / given else total * nrow(items) / given
  value[given < how$at_least] <- NA
  if (!is.null(how$gate)) {
    gate <- data[[how$gate]]
    lowest <- if (how$mean) mean(items$low) else sum(items$low)
    value <- ifelse(is.na(gate), NA, ifelse(gate == how$gate_low, lowest, value))
  }
  value * how$multiply + how$add
}
combined <- function(parts, how) {
  values <- as.matrix(scored[parts])
  (if (how$mean) rowMeans(values) else rowSums(values)) * how$multiply + how$add
}
same <- function(name, value) {
  told <- data[[name]]
  found <- as.vector(value)
  stopifnot(identical(is.na(as.vector(told)), is.na(found)), all(abs(told - found) < 1e-9, na.rm = TRUE))
}
scored <- data[0]
"""


def script(data: Dataset) -> str:
    """The whole script."""
    parts = [
        READ.format(title=_comment(data.about.title), rows=len(data.rows), columns=len(data.variables)),
        _named("variable_labels", ((one.name, _text(one.label)) for one in data.variables)),
        _named("value_labels", ((one.name, _codes([(w, c) for c, w in one.values])) for one in _labelled(data))),
        f"ordinal <- c({', '.join(_text(one.name) for one in _labelled(data) if one.measure == 'ordinal')})",
        _named("missing_codes", ((o.name, _codes([(w, c) for c, w in data.missing_words(o)])) for o in _missing(data))),
        MEND,
        SCORE,
        *_scores(data),
        'cat("All", nrow(data), "rows read; the scores are those of the items.\\n")',
    ]
    return "\n".join(parts) + "\n"


def _labelled(data: Dataset) -> list[Variable]:
    """Variables with words for all their codes: a scale from 0 to 10 has words at its ends only."""
    return [one for one in data.variables if one.values and one.kind != TEXT and not _ends_only(one)]


def _ends_only(one: Variable) -> bool:
    return one.low is not None and one.high is not None and len(one.values) <= 2 < one.high - one.low


def _missing(data: Dataset) -> list[Variable]:
    return [one for one in data.variables if one.codes]


def _named(name: str, pairs) -> str:
    body = ",\n".join(f"  {key} = {value}" for key, value in pairs)
    return f"{name} <- list(\n{body}\n)"


def _codes(pairs: list[tuple[str, int]]) -> str:
    return f"c({', '.join(f'{_text(words)} = {code}' for words, code in pairs)})"


def _text(text: str) -> str:
    """A string of R: quotes and backslashes escaped, everything outside ASCII as a code point."""
    plain = "".join(_character(one) for one in text)
    return f'"{plain}"'


def _character(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    if " " <= one <= "~":
        return one
    return f"\\U{{{ord(one):X}}}" if ord(one) >= 32 else " "


def _comment(text: str) -> str:
    return " ".join(text.split())


def _scores(data: Dataset) -> Iterator[str]:
    """A block for each scale whose items are in the file once, as all versions ask them alike."""
    names: dict[str, list[Variable]] = {}
    for one in data.variables:
        names.setdefault(one.source, []).append(one)
    for instrument in data.instruments.values():
        done: set[str] = set()
        for scale in instrument.key.order:
            target = names.get(f"{instrument.id}.{scale.id}", [])
            items = [names.get(f"{instrument.id}.{code}", []) for code in (*scale.items, *filter(None, [scale.gate]))]
            whole = all(len(found) == 1 for found in [target, *items]) and set(scale.rests_on) <= done
            if not whole:
                yield f"# {instrument.id}.{scale.id}: asked in several ways in these waves, not scored again here"
                continue
            done.add(scale.id)
            yield from _score(target[0], instrument, scale, names)


def _score(
    target: Variable, instrument: Instrument, scale: Scale, names: Mapping[str, list[Variable]]
) -> Iterator[str]:
    how = [f"mean = {'TRUE' if scale.method.startswith('mean') else 'FALSE'}"]
    how += [f"multiply = {scale.multiply!r}", f"add = {scale.add!r}"]
    place = f'scored[["{target.name}"]]'
    if scale.of_scales:
        parts = ", ".join(f'"{names[f"{instrument.id}.{part}"][0].name}"' for part in scale.parts)
        yield f"{place} <- combined(c({parts}), list({', '.join(how)}))"
    else:
        how.append(f"at_least = {scale.at_least or len(scale.items)}")
        if scale.gate:
            gate = names[f"{instrument.id}.{scale.gate}"][0].name
            how += [f'gate = "{gate}"', f"gate_low = {instrument.key.ranges[scale.gate][0]}"]
        yield f"{place} <- gathered({_items(instrument, scale, names)}, list({', '.join(how)}))"
    for other in scale.requires:
        yield f'{place}[is.na(scored[["{names[f"{instrument.id}.{other}"][0].name}"]])] <- NA'
    yield f'same("{target.name}", {place})'


def _items(instrument: Instrument, scale: Scale, names: Mapping[str, list[Variable]]) -> str:
    found = [names[f"{instrument.id}.{code}"][0].name for code in scale.items]
    ranges = [instrument.key.ranges[code] for code in scale.items]
    columns = {
        "name": ", ".join(f'"{name}"' for name in found),
        "low": ", ".join(str(low) for low, _ in ranges),
        "high": ", ".join(str(high) for _, high in ranges),
        "reverse": ", ".join("TRUE" if code in scale.reverse else "FALSE" for code in scale.items),
    }
    told = ", ".join(f"{name} = c({values})" for name, values in columns.items())
    return f"data.frame({told}, stringsAsFactors = FALSE)"
