from pathlib import Path

from draagkracht.instruments.catalogue import load_all
from draagkracht.instruments.reference import PAGE, page

ROOT = Path(__file__).resolve().parents[4]


def test_the_reference_page_is_what_the_catalogue_says():
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(load_all().values()), (
        "out of date: python -m draagkracht.instruments.reference"
    )


def test_the_reference_page_names_every_scale_and_provisional_fact():
    text = page(load_all().values())
    for instrument in load_all().values():
        section = text.partition(f"\n## {instrument.id}\n")[2].partition("\n## ")[0]
        assert all(f"`{scale.id}`" in section for scale in instrument.scales)
        assert section.count("| provisional |") == len(instrument.provisional)


def test_the_example_in_the_documentation_is_a_good_instrument(tmp_path):
    text = (ROOT / "docs" / "how-to" / "own-instruments.md").read_text(encoding="utf-8")
    (tmp_path / "leadership.yaml").write_text(text.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    own = load_all([tmp_path])["leadership"]
    assert own.carries_texts("nl") and not own.carries_texts("en")
    assert own.key.scales[0].reverse == {"LEAD02"} and own.key.scales[0].at_least == 1
