import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { get, type Page as Rows, query } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { percent, when } from "../../../shared/numbers";
import { Facts, Page, Panel } from "../../../shared/page";
import { Answered, Stale } from "../../../shared/states";
import { joined } from "../../../shared/words";
import { DoubtTable } from "../doubts/table";
import { Cells } from "./cells";
import { Meters } from "./meters";
import { Outcome, Test } from "./outcome";
import type { Cell, Check } from "./types";

/** One check: what was set against what, what came of it as chart and table, and its doubts. */
export default function One() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["sources", id], queryFn: () => get<Check>(`/sources/${id}`) });
  const title = found.data?.name ?? t("section.sources");
  return (
    <Page title={title} about={found.data && t(`sources.kinds.${found.data.kind}`)} crumbs={[{ word: t("section.sources"), to: "/gov/sources" }, { word: title }]} actions={<Copy />}>
      <Answered of={found}>{(check) => <Shown check={check} />}</Answered>
    </Page>
  );
}

function Shown({ check }: { check: Check }) {
  const { t } = useTranslation();
  const path = `/sources/${check.id}/table`;
  const rows = useQuery({ queryKey: ["sources", check.id, "table"], queryFn: () => get<Rows<Cell>>(query(path, { limit: 10_000 })) });
  const { asked, of, found } = check;
  const named = (role: string) =>
    of
      .filter((one) => one.role === role)
      .map((one) => (one.number === null ? one.name : <Link key={one.id} to={`/gov/data/${one.id}`}>{`${one.name} v${one.number} `}</Link>));
  const listed = (values: string[] = []) => joined(values) || t("sources.every_kind");
  return (
    <>
      {check.newest !== check.id && <Stale action={<Link to={`/gov/sources/${check.newest}`}>{t("sources.see_newer")}</Link>}>{t("sources.newer")}</Stale>}
      <Panel>
        <Facts
          of={
            check.kind === "bottom-up"
              ? [
                  [t("sources.enterprises"), named("enterprises")],
                  [t("sources.balance"), named("balance")],
                  [t("sources.by"), joined((asked.by ?? []).map((one) => t(`dim.${one}`)))],
                  [t("sources.tolerance"), percent((asked.tolerance ?? 0) * 100)],
                  [t("sources.activities"), listed(asked.activities)],
                  [t("sources.reported"), listed(asked.reported)],
                  [t("sources.outcome"), <Outcome key="outcome" found={found} />],
                  [t("data.place"), <PlaceName key="place" region={check.region} entity={check.entity} />],
                  [t("data.made"), when(check.made_at)],
                ]
              : [
                  [t("sources.meters"), named("measurements")],
                  [t("sources.constraints"), <span key="lines" className="lines">{(asked.constraints ?? []).join("\n")}</span>],
                  [t("sources.level"), percent((asked.level ?? 0) * 100)],
                  [t("sources.global"), <Test key="test" found={found} figures />],
                  [t("sources.suspects"), joined((found.suspects ?? []).map((one) => one.name)) || t("sources.no_suspect")],
                  [t("data.place"), <PlaceName key="place" region={check.region} entity={check.entity} />],
                  [t("data.made"), when(check.made_at)],
                ]
          }
        />
      </Panel>
      <Answered of={rows}>{(page) => (check.kind === "bottom-up" ? <Cells check={check} rows={page.rows} path={path} /> : <Meters check={check} rows={page.rows} path={path} />)}</Answered>
      <Panel title={t("section.doubts")}>
        <DoubtTable path={query("/doubts", { where: [`source_check=${check.id}`] })} name="doubts" clean={t("sources.no_doubts")} hint={t("sources.no_doubts_hint")} />
      </Panel>
    </>
  );
}
