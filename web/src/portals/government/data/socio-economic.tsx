import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { usePick } from "../../../shared/address";
import { post, query } from "../../../shared/api";
import { PlaceName } from "../../../shared/names";
import { MadeUp, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Failed } from "../../../shared/states";
import { spoken } from "../../../shared/words";
import { type Column, DataTable } from "../../../shared/table";
import { SocioFile } from "./socio-file";
import { TargetForm } from "./target";

type Datum = { id: string; region: string; entity: string; period: string; quantity: string; value: number; base_year: string; source: string; clause: string; synthetic: boolean; made_by: string; made_at: string };
const HEADS = ["region", "entity", "period", "quantity", "value", "source", "synthetic"] as const;
const YES = ["yes", "true", "1"];

/** Rows of a table with the headings region, period, quantity, value, source and maybe entity; tabs or commas. */
export function rowsOf(text: string): Record<string, string | number | boolean>[] {
  const lines = text.split(/\r?\n/).filter((one) => one.trim());
  const cut = (line: string) => line.split(line.includes("\t") ? "\t" : ",").map((one) => one.trim());
  const heads = cut(lines[0] ?? "");
  const at = Object.fromEntries(HEADS.map((one) => [one, heads.indexOf(one)]));
  return lines.slice(1).map((line) => {
    const cells = cut(line);
    const row = Object.fromEntries(HEADS.map((one) => [one, cells[at[one] ?? -1] ?? ""]));
    return { ...row, value: Number(row.value), synthetic: YES.includes(String(row.synthetic).toLowerCase()) };
  });
}

/** GDP, population and targets of places: seen, entered as a table, and the target by who may approve. */
export default function SocioEconomic() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [search] = useSearchParams();
  const [area] = usePick("area");
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  async function keep(event: FormEvent<HTMLFormElement>, send: (asked: FormData) => Promise<unknown>) {
    event.preventDefault();
    const form = event.currentTarget;
    setError(null);
    try {
      await send(new FormData(form));
      form.reset();
      await client.invalidateQueries();
    } catch (cause) {
      setError(cause);
    }
  }
  const columns: Column<Datum>[] = [
    { key: "region", title: t("data.place"), width: 160, filter: true, show: (row) => <PlaceName region={row.region} entity={row.entity} /> },
    { key: "period", title: t("socio.period"), width: 80, filter: true },
    { key: "quantity", title: t("socio.quantity"), width: 240, show: (row) => t(`socio.quantities.${row.quantity}`) },
    { key: "value", title: t("socio.value"), kind: "number", width: 120 },
    { key: "base_year", title: t("socio.base_head"), width: 90 },
    { key: "source", title: t("socio.source"), width: 280, show: (row) => [spoken(row.source), row.clause].filter(Boolean).join(" · ") },
    { key: "synthetic", title: t("socio.synthetic"), width: 100, show: (row) => <MadeUp of={row} /> },
    { key: "made_by", title: t("data.by"), width: 110 },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
  ]; // prettier-ignore
  const text = (asked: FormData, name: string) => String(asked.get(name) ?? "").trim();
  return (
    <Page crumbs={[{ word: t("section.data"), to: "/gov/data" }, { word: t("socio.title") }]} title={t("socio.title")} about={t("socio.about")}>
      {error !== null && <Failed error={error} />}
      {(may("data.write") || may("release.approve")) && <SocioFile />}
      {may("data.write") && (
        <Panel title={t("socio.enter")}>
          <form className="stack" onSubmit={(event) => void keep(event, (asked) => post("/socio-economic", { rows: rowsOf(text(asked, "table")) }))}>
            <label>
              {t("socio.paste")}
              <textarea name="table" rows={5} required style={{ width: "100%" }} placeholder={"region,period,quantity,value,source\nCN-51,2019,gdp,46615.82,…\nCN-51,2019,population,8375,…"} />
            </label>
            <div>
              <Button type="primary" htmlType="submit">
                {t("socio.keep")}
              </Button>
            </div>
          </form>
        </Panel>
      )}
      {may("release.approve") && (
        <Panel title={t("socio.target")}>
          <TargetForm region={search.get("region") ?? ""} entity={search.get("entity") ?? ""} />
        </Panel>
      )}
      <Panel>
        <DataTable<Datum> name="socio" label={t("socio.title")} path={query("/socio-economic", { where: area ? [`region~${area}`] : [] })} columns={columns} rowKey={(row) => row.id} empty={<p className="quiet">{t("socio.none")}</p>} />
      </Panel>
    </Page>
  );
}
