"""The table of budgets: verdicts, digits, and every row told of in the documentation."""

from __future__ import annotations

from bench.budget import BUDGETS, DOCS, document, figure, table, verdict


def test_less_is_better_for_times_and_more_for_rates() -> None:
    start, rate = BUDGETS["start"], BUDGETS["mqtt_state"]
    assert [verdict(start, seconds) for seconds in (0.1, 0.2, 0.3, 0.4, 0.5)] == [
        "aim",
        "aim",
        "must",
        "must",
        "MISSED",
    ]
    assert [verdict(rate, each) for each in (60_000, 50_000, 20_000, 19_999)] == ["aim", "aim", "must", "MISSED"]


def test_every_aim_is_at_least_as_good_as_its_must() -> None:
    assert all(verdict(budget, budget.aim) == "aim" for budget in BUDGETS.values())
    assert not any(verdict(budget, budget.must) == "MISSED" for budget in BUDGETS.values())


def test_figures_have_the_digits_that_matter() -> None:
    assert [figure(0.1557, "s"), figure(33.42, "MB"), figure(12.345, "ms"), figure(596_816.7, "/s")] == [
        "0.16 s",
        "33 MB",
        "12.3 ms",
        "596,817/s",
    ]


def test_the_table_has_what_was_measured_and_the_run_before() -> None:
    lines = table({"rss_200": 31.0, "start": 0.5}, {"start": 0.6}).splitlines()
    assert len(lines) == 4
    assert lines[2].endswith("| 3.0 s | 0.40 s | 0.20 s | **0.50 s** | 0.60 s | MISSED |")
    assert lines[3].endswith("| 163 MB | 45 MB | 30 MB | **31 MB** | – | must |")


def test_the_documentation_has_every_row_and_says_what_is_measured() -> None:
    text = DOCS.read_text()
    assert [budget.name for budget in BUDGETS.values() if f"| {budget.name} |" not in text] == []
    assert [budget.name for budget in BUDGETS.values() if f"- **{budget.name}**: {budget.how}\n" not in text] == []
    assert all(budget.how.endswith(".") for budget in BUDGETS.values())


def test_the_documentation_shows_the_measured_without_the_run_before() -> None:
    assert "\n| RSS, 200 entities, idle | 163 MB | 45 MB | 30 MB | **31 MB** | must |\n" in document({"rss_200": 31.0})
