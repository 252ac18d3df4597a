import { Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo, useParam } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { Page, Panel } from "../../../shared/page";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { said } from "../../../shared/words";
import { useNames } from "../inventory/names";
import { useWords } from "../inventory/words";
import { Checked } from "../inventory/proof-step";
import { Tabs } from "./tabs";
import { type FactorRow, years } from "./types";

/** Search in Chinese and English; filters; two or more side by side. */
export default function List() {
  const { t } = useTranslation();
  const go = useGo();
  const named = useNames();
  const words = useWords();
  const [q, setQ] = useParam("q");
  const [region, setRegion] = useParam("region");
  const [year, setYear] = useParam("year");
  const [chosen, setChosen] = useState<string[]>([]);
  const tick = (id: string) => setChosen((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id].slice(-8)));
  const columns: Column<FactorRow>[] = [
    { key: "id", title: t("factors.factor"), width: 330, filter: true, show: (row) => (
      <>
        <input type="checkbox" className="tick" checked={chosen.includes(row.id)} onChange={() => tick(row.id)} aria-label={t("factors.tick", { id: row.id })} />{" "}
        <Link to={`/gov/factors/${row.id}`} title={row.id}>{said({ zh: row.name_zh, en: row.name_en }) || row.id}</Link>
      </>
    ) },
    { key: "value", title: t("column.value"), kind: "number", width: 110, show: (row) => <span title={row.text}>{row.text || row.value}</span> },
    { key: "unit", title: t("column.unit"), width: 130, filter: true, show: (row) => <span title={row.unit}>{words.unit(row.unit)}</span> },
    { key: "region", title: t("column.region"), width: 110, filter: true, show: (row) => <PlaceName region={row.region} /> },
    { key: "year_from", title: t("factors.years"), width: 100, show: years },
    { key: "check", title: t("factors.state"), width: 100, filter: ["read", "recalled", "derived"].map((value) => ({ value, label: t(`factors.check.${value}`) })), show: (row) => <Checked state={row.check} /> },
    { key: "gas", title: t("dim.gas"), width: 80, filter: true, show: (row) => row.gas || "–" },
    { key: "property", title: t("factors.property"), width: 150, filter: true, show: (row) => t(`factors.properties.${row.property}`, { defaultValue: row.property }) },
    { key: "item", title: t("dim.item"), width: 150, filter: true, show: (row) => named("item", row.item) },
    { key: "source_title", title: t("factors.document"), width: 320, filter: true },
  ]; // prettier-ignore
  return (
    <Page
      title={t("section.factors")}
      about={t("factors.about")}
      actions={
        <Button type="primary" disabled={chosen.length < 2} onClick={() => go(query("/gov/factors/compare", { factor: chosen }))}>
          {t("factors.compare", { count: chosen.length })}
        </Button>
      }
    >
      <Tabs />
      <Panel>
        <div className="pick-bar" role="search">
          <Typed label={t("factors.search")} value={q} change={setQ} placeholder={t("factors.search_hint")} wide />
          <Typed label={t("column.region")} value={region} change={setRegion} placeholder="CN-51" />
          <Typed label={t("factors.year")} value={year} change={(value) => setYear(/^\d{4}$/.test(value) ? value : "")} placeholder="2021" />
        </div>
        <DataTable<FactorRow>
          name="factors"
          label={t("section.factors")}
          path={query("/factors", { q, region, year })}
          columns={columns}
          rowKey={(row) => row.id}
          empty={<Empty title={t("factors.none")} hint={t("factors.none_hint")} />}
        />
      </Panel>
    </Page>
  );
}

/** A field that asks when writing rests. */
export function Typed({ label, value, change, placeholder, wide }: { label: string; value: string; change: (value: string) => void; placeholder?: string; wide?: boolean }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const wait = setTimeout(() => change(text.trim()), 350);
    return () => clearTimeout(wait);
  }, [text, value, change]);
  return (
    <label>
      {label}
      <input type="search" value={text} onChange={(event) => setText(event.target.value)} placeholder={placeholder} maxLength={100} style={{ width: wide ? 360 : 120 }} />
    </label>
  );
}
