"""Any consistent document, printed with any precision and in any words, gives no error; a planted slip gives one."""

from __future__ import annotations

import dataclasses
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.activity.checks.runner import CheckTables, read_claims, run_checks

SPECS = [{"claims": {"tolerance": 0.02}}]
SECTORS = {
    "industry": "工业",
    "transport": "交通运输业",
    "residential": "居民生活",
    "agriculture": "农业",
    "construction": "建筑业",
}
ITEMS = {
    "coal": ("煤品", "t", 1e4),
    "electricity": ("电力", "万kWh", 1e2),
    "natural_gas": ("天然气", "万m3", 1e2),
    "diesel": ("柴油", "t", 1e4),
}
UNITS = {"t": 1.0, "吨": 1.0, "万吨": 1e4, "Mt": 1e6, "亿吨": 1e8, "million t": 1e6, "kt": 1e3}
EMISSION = ["emission", "碳排放量", "CO2 emissions", "排放", "二氧化碳排放量"]
YEARS = ("2017", "2021")


@dataclasses.dataclass
class Document:
    """A made-up city: amounts and coefficients, and the statements that were printed about it."""

    amounts: dict[tuple[str, str, str], float]
    coefficients: dict[str, float]
    rows: list[dict[str, str]] = dataclasses.field(default_factory=list)

    def emission(self, year: str, sector: str = "", item: str = "") -> float:
        return sum(
            amount * self.coefficients[i]
            for (y, s, i), amount in self.amounts.items()
            if y == year and sector in {"", s} and item in {"", i}
        )

    def amount(self, year: str, sector: str = "", item: str = "") -> float:
        return sum(
            a for (y, s, i), a in self.amounts.items() if y == year and sector in {"", s} and item == i
        )

    def tables(self) -> CheckTables:
        """The city's tables of 2021 with what was printed."""
        claims, _ = read_claims(pl.DataFrame(self.rows))
        return dataclasses.replace(self.tables_without_claims(), claims=claims)

    def tables_without_claims(self) -> CheckTables:
        cells = [
            {
                "entity": "某市", "period": y, "sector": s, "item": i, "amount": a, "unit": ITEMS[i][1],
                "emission": a * self.coefficients[i],
            }
            for (y, s, i), a in self.amounts.items() if y == "2021"
        ]  # fmt: skip
        frame = pl.DataFrame(cells)
        coefficients = pl.DataFrame(
            [{"item": i, "unit": ITEMS[i][1], "coefficient": c} for i, c in self.coefficients.items()]
        )
        return CheckTables(frame.drop("emission"), emissions=frame, coefficients=coefficients)

    def bare(self) -> CheckTables:
        empty = pl.DataFrame(schema=dict.fromkeys(("entity", "period", "item", "unit"), pl.String))
        return CheckTables(
            empty.with_columns(amount=pl.lit(0.0)), claims=read_claims(pl.DataFrame(self.rows))[0]
        )

    def say(self, subject: str, value: str, unit: str, **more: str) -> int:
        row = dict.fromkeys(("period", "quantity", "relation", "other", "section"), "")
        self.rows.append({"subject": subject, "value": value, "unit": unit, **row, **more})
        return len(self.rows)


def printed(value: float, digits: int) -> str:
    """A number rounded to so many significant digits, as a document prints it."""
    rounded = float(f"{value:.{digits - 1}e}")
    exponent = len(f"{int(abs(rounded))}") if abs(rounded) >= 1 else 0
    return f"{rounded:,.{max(digits - exponent, 0)}f}"


def city(seed: int) -> Document:
    rng = random.Random(seed)
    sectors = rng.sample(sorted(SECTORS), rng.randint(2, 5))
    items = rng.sample(sorted(ITEMS), rng.randint(2, 4))
    coefficients = {"coal": 1.98, "electricity": 5.8, "natural_gas": 21.65, "diesel": 3.1}
    amounts = {}
    for s in sectors:
        for i in items:
            now = ITEMS[i][2] * 10 ** rng.uniform(1.0, 3.0)
            amounts["2021", s, i] = round(now, 2)
            amounts["2017", s, i] = round(now * rng.uniform(0.5, 1.6), 2)
    return Document(amounts, {i: coefficients[i] for i in items})


def write(document: Document, rng: random.Random) -> None:
    """Print what is true of the city, each number in some unit with some precision and in some words."""
    sectors = sorted({s for _, s, _ in document.amounts})
    items = sorted(document.coefficients)
    subjects = [("", "")] + [(s, "") for s in sectors] + [("", i) for i in items]
    subjects += [(s, i) for s in sectors[:2] for i in items[:2]]
    for s, i in subjects:
        name = called(s, i, rng)
        now, then = document.emission("2021", s, i), document.emission("2017", s, i)
        about = rng.choice(["", "", "约", "about", "equals"])
        say_mass(document, name, now, rng, period="2021年", quantity=rng.choice(EMISSION), relation=about)
        if rng.random() < 0.4:
            say_mass(document, name, now, rng, period="2021", quantity=rng.choice(EMISSION), section="3.2")
        if rng.random() < 0.5:
            say_mass(document, name, then, rng, period="2017", quantity="emission")
        if (s or i) and rng.random() < 0.8:
            share = now / document.emission("2021") * 100
            document.say(name, f"{share:.{rng.randint(0, 2)}f}", "%", period="2021", quantity=rng.choice(EMISSION), relation=rng.choice(["share_of", "占比"]), other=rng.choice(["", "全市", "total"]))  # fmt: skip
        if rng.random() < 0.5:
            word = "increase" if now >= then else rng.choice(["减少", "decrease"])
            say_mass(
                document,
                name,
                abs(now - then),
                rng,
                period="2021",
                quantity="emission",
                relation=word,
                other="2017",
            )
        if rng.random() < 0.5:
            growth = (now / then - 1) * 100
            word = rng.choice(["growth", "涨幅"]) if growth >= 0 else rng.choice(["decline", "降幅"])
            document.say(
                name,
                f"{abs(growth):.{rng.randint(0, 2)}f}",
                "%",
                period="2021",
                quantity="emission",
                relation=word,
                other="2017年",
            )
        if s and i and rng.random() < 0.6:
            amount = document.amount("2021", s, i)
            share = amount / document.amount("2021", "", i) * 100
            document.say(
                name,
                f"{share:.1f}%",
                "",
                period="2021",
                quantity="消费量",
                relation="占比",
                other=ITEMS[i][0],
            )
            document.say(
                name, printed(amount, rng.randint(2, 7)), ITEMS[i][1], period="2021", quantity="consumption"
            )
    if rng.random() < 0.5:
        one, other = sectors[:2]
        both = document.emission("2021", one) + document.emission("2021", other)
        say_mass(document, f"{SECTORS[one]}和{SECTORS[other]}", both, rng, period="2021", quantity="emission")
    top = max(YEARS, key=document.emission)
    say_mass(document, "合计", document.emission(top), rng, period=top, quantity="emission", relation="最高")


def called(sector: str, item: str, rng: random.Random) -> str:
    names = [SECTORS.get(sector, ""), ITEMS[item][0] if item else ""]
    if not sector and not item:
        return rng.choice(["total", "全市", "合计"])
    if sector and item:
        return rng.choice([f"{sector}/{item}", "".join(names), " ".join(names), f"{names[1]}：{names[0]}"])
    return rng.choice([sector or item, "".join(names)])


def say_mass(document: Document, name: str, tonnes: float, rng: random.Random, **more: str) -> int:
    unit = rng.choice([unit for unit, size in UNITS.items() if tonnes / size >= 0.5] or ["t"])
    return document.say(name, printed(tonnes / UNITS[unit], rng.randint(2, 8)), unit, **more)


def errors(tables: CheckTables) -> list[tuple[str, set[int]]]:
    found = [one for one in run_checks(SPECS, tables) if one.severity == "error"]
    return [(one.code, {row["row"] for row in one.rows}) for one in found]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_a_consistent_document_gives_no_error(seed):
    document = city(seed)
    write(document, random.Random(seed))
    assert [one.message("en") for one in run_checks(SPECS, document.tables()) if one.severity != "note"] == []
    assert errors(document.bare()) == []


def plant_restated(document: Document, rng: random.Random) -> int:
    """One sector's emission again, a little different in its leading digits."""
    sector = rng.choice(sorted({s for _, s, _ in document.amounts}))
    true = document.emission("2021", sector)
    document.say(
        SECTORS[sector], printed(true / 1e4, 5), "万吨", period="2021", quantity="emission", section="1"
    )
    wrong = true * rng.choice([0.8, 0.9, 0.94, 1.06, 1.15, 3, 0.1])
    return document.say(
        SECTORS[sector], f"{wrong / 1e4:,.3f}", "万吨", period="2021", quantity="emission", section="3.2"
    )


def plant_unit(document: Document, rng: random.Random) -> int:
    """The amount of a gas or of electricity in a unit of mass, beside the emission that it gives."""
    item = rng.choice([i for i in document.coefficients if i in {"natural_gas", "electricity"}])
    sector = rng.choice(sorted({s for _, s, _ in document.amounts}))
    say_mass(
        document,
        f"{sector}/{item}",
        document.emission("2021", sector, item),
        rng,
        period="2021",
        quantity="emission",
    )
    amount = document.amount("2021", sector, item)
    return document.say(
        f"{SECTORS[sector]}{ITEMS[item][0]}",
        printed(amount / 1e4, 3),
        "万吨",
        period="2021",
        quantity="消费量",
    )


def plant_digit(document: Document, rng: random.Random) -> int:
    """An earlier value that lacks a digit, beside the difference to the later one."""
    sector = rng.choice(sorted({s for _, s, _ in document.amounts}))
    now = document.emission("2021", sector)
    then = now * rng.choice([0.85, 0.9, 1.1, 1.2])
    text = f"{then:,.2f}"
    whole, _, decimals = text.replace(",", "").partition(".")
    at = rng.randint(1, len(whole) - 2)
    document.say(sector, printed(now, 9), "t", period="2021", quantity="emission")
    row = document.say(
        sector, f"{int(whole[:at] + whole[at + 1 :]):,}.{decimals}", "t", period="2020", quantity="emission"
    )
    say_mass(
        document,
        sector,
        abs(now - then),
        rng,
        period="2021",
        quantity="emission",
        relation="difference",
        other="2020",
    )
    return row


def plant_share(document: Document, rng: random.Random) -> int:
    """A share that its figures do not give."""
    sector = rng.choice(sorted({s for _, s, _ in document.amounts}))
    true = document.emission("2021", sector)
    document.say(sector, printed(true, 6), "t", period="2021", quantity="emission")
    document.say("total", printed(document.emission("2021"), 6), "t", period="2021", quantity="emission")
    share = true / document.emission("2021") * rng.choice([0.8, 0.93, 1.07, 1.2]) * 100
    return document.say(
        sector, f"{share:.3f}", "%", period="2021", quantity="emission", relation="share_of", other="total"
    )


def plant_growth(document: Document, rng: random.Random) -> int:
    """A growth that its figures do not give."""
    for year in YEARS:
        document.say("合计", printed(document.emission(year), 6), "吨", period=year, quantity="碳排放量")
    growth = (document.emission("2021") / document.emission("2017") - 1) * 100 + rng.choice(
        [-9, -6, 6, 9, 15]
    )
    return document.say(
        "合计", f"{growth:.1f}", "%", period="2021", quantity="碳排放量", relation="变化率", other="2017"
    )


def plant_table(document: Document, rng: random.Random) -> int:
    """An emission that the tables do not give, wrong by some percent or by the power of ten of its unit."""
    sector = rng.choice(sorted({s for _, s, _ in document.amounts}))
    item = rng.choice(sorted(document.coefficients))
    wrong = document.emission("2021", sector, item) * rng.choice([0.9, 1.1, 2.0, 1e4, 1e-4])
    return document.say(f"{sector}/{item}", printed(wrong, 5), "t", period="2021", quantity="emission")


def plant_extreme(document: Document, rng: random.Random) -> int:
    """A highest year that another year beats."""
    low = min(YEARS, key=document.emission)
    for year in YEARS:
        document.say("全市", printed(document.emission(year), 7), "t", period=year, quantity="emission")
    return document.say("全市", "", "", period=low, quantity="emission", relation="最高")


PLANTS = {
    plant_restated: {"Q-021", "Q-025"},
    plant_unit: {"Q-022"},
    plant_digit: {"Q-023", "Q-027"},
    plant_share: {"Q-024", "Q-021", "Q-026"},
    plant_growth: {"Q-027", "Q-021"},
    plant_table: {"Q-025", "Q-022", "Q-021", "Q-024"},
    plant_extreme: {"Q-028"},
}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_planted_contradiction_is_found_once(plant, seed):
    document, rng = city(seed), random.Random(seed)
    if plant is plant_unit and not {"natural_gas", "electricity"} & set(document.coefficients):
        return
    if plant is plant_extreme and abs(document.emission("2021") / document.emission("2017") - 1) < 1e-3:
        return
    write(document, rng)
    row = plant(document, rng)
    found = errors(document.tables())
    assert len(found) == 1, [one.message("en") for one in run_checks(SPECS, document.tables())]
    code, rows = found[0]
    assert code in PLANTS[plant]
    assert row in rows


WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "工业", "total", "煤品", "2021", "2017-2021", "约；占比", "增长", "最高", "sum_of", "a|b|c", "%", "万吨", "亿m3", "倍", "2.3亿", "1e99", "nan", "-0", "２．３", "消费量", "排放因子", "tCO2/t"]
    ),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(
                ("subject", "period", "quantity", "value", "unit", "relation", "other", "section"), WORDS
            )
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_is_written_nothing_breaks(rows):
    claims, _ = read_claims(pl.DataFrame(rows))
    tables = dataclasses.replace(city(1).tables_without_claims(), claims=claims)
    for one in run_checks(SPECS, tables):
        assert one.message("zh")
        assert one.message("en")
        assert one.rows
