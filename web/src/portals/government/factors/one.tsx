import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { get, query } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { full } from "../../../shared/numbers";
import { Facts, Page, Panel } from "../../../shared/page";
import { Answered, Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { said } from "../../../shared/words";
import { useNames } from "../inventory/names";
import { useWords } from "../inventory/words";
import { Checked } from "../inventory/proof-step";
import { type Factor, years } from "./types";

/** One factor: its value as published, where it holds, its document with the place in it, and the other rows for the same thing. */
export default function One() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["factor", id], queryFn: () => get<Factor>(`/factors/${id}`) });
  const title = found.data ? said({ zh: found.data.name_zh, en: found.data.name_en }) || id : id;
  return (
    <Page title={title} crumbs={[{ word: t("section.factors"), to: "/gov/factors" }, { word: id }]} actions={<Copy />}>
      <Answered of={found}>{(factor) => <Shown factor={factor} />}</Answered>
    </Page>
  );
}

/** `doc-…` of an address of the API. */
export const documentOf = (address: string | null | undefined) => /\/documents\/(doc-\w+)$/.exec(address ?? "")?.[1] ?? "";

function Shown({ factor }: { factor: Factor }) {
  const { t } = useTranslation();
  const named = useNames();
  const words = useWords();
  const range = factor.low !== null && factor.high !== null ? `${full(factor.low)} – ${full(factor.high)}` : "–";
  const document = documentOf(factor.document_address);
  const columns: Column<Factor["others"][number]>[] = [
    { key: "id", title: t("factors.factor"), width: 320, filter: true, show: (row) => <Link to={`/gov/factors/${row.id}`}>{row.id}</Link> },
    { key: "text", title: t("column.value"), kind: "number", width: 120, show: (row) => row.text },
    { key: "unit", title: t("column.unit"), width: 140, show: (row) => words.unit(row.unit) },
    { key: "region", title: t("column.region"), width: 120, filter: true, show: (row) => <PlaceName region={row.region} /> },
    { key: "year_from", title: t("factors.years"), width: 110, show: years },
    { key: "check", title: t("factors.state"), width: 110, show: (row) => <Checked state={row.check} /> },
  ];
  return (
    <>
      {factor.check === "recalled" && <Partial>{t("factors.recalled_about")}</Partial>}
      <Panel>
        <div className="headline">
          <div>
            <span>{t(`factors.properties.${factor.property}`, { defaultValue: factor.property })}</span>
            <span className="figure large" style={{ textDecoration: "none" }}>
              {factor.text || full(factor.value)}
            </span>{" "}
            <small>{words.unit(factor.unit)}</small>
          </div>
          <div>
            <span>{t("factors.state")}</span>
            <Checked state={factor.check} />
          </div>
          <div>
            <span>{t("factors.range")}</span>
            {range}
          </div>
        </div>
        <Facts
          of={[
            ["ID", <code key="id">{factor.id}</code>],
            [t("dim.item"), named("item", factor.item)],
            [t("dim.activity"), factor.said.activity || "–"],
            [t("dim.gas"), factor.gas || "–"],
            [t("dim.sector"), (factor.sector && named("sector", factor.sector)) || "–"],
            [t("dim.equipment"), (factor.equipment && named("equipment", factor.equipment)) || "–"],
            [t("column.region"), <PlaceName key="r" region={factor.region} />],
            [t("factors.years"), years(factor)],
            [t("factors.pack"), factor.pack || factor.release],
          ]}
        />
        {factor.said.notes && <p>{factor.said.notes}</p>}
        <p>
          <Link to={query("/gov/factors/applies", { item: factor.item, region: factor.region, date: String(factor.year_to ?? factor.year_from), property: factor.property, gas: factor.gas, activity: factor.activity })}>
            {t("factors.why_this")}
          </Link>
        </p>
      </Panel>
      <Panel title={t("factors.document")}>
        <p>{document ? <Link to={`/gov/factors/documents/${document}`}>{factor.said.cited}</Link> : factor.said.cited}</p>
        <Facts of={[[t("factors.locator"), factor.said.locator || "–"], [t("factors.read_from"), factor.said.ref || "–"]]} />
      </Panel>
      <Panel title={t("factors.same")}>
        <DataTable name="others" label={t("factors.same")} rows={factor.others} columns={columns} rowKey={(row) => row.id} height={420} />
      </Panel>
    </>
  );
}
