import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { Panel } from "../../../shared/page";
import { useTable } from "../inventory/ask";
import { ProofDrawer } from "../inventory/proof";
import type { ReleaseRow } from "../releases/types";
import { Alarms } from "./alarms";
import { Intensity } from "./intensity";
import { Doubts, Flows, Gases, QualityPanel, Structure, TrendPanel } from "./panels";
import type { Asked } from "./total";

/** What stands below the total: loaded when the total stands. */
export default function Grid(asked: Asked) {
  const { t } = useTranslation();
  return (
    <>
      <div className="grid overview">
        <div className="span-6"><Panel><TrendPanel {...asked} /></Panel></div>
        <div className="span-6"><Panel><Structure {...asked} /></Panel></div>
        <div className="span-8"><Panel><Flows {...asked} /></Panel></div>
        <div className="span-4"><Panel><Gases {...asked} height={360} /></Panel></div>
        <div className="span-3"><Panel title={t("overview.intensity")}><Intensity {...asked} /></Panel></div>
        <div className="span-3"><Panel title={t("overview.quality")}><QualityPanel {...asked} /></Panel></div>
        <div className="span-6"><Panel title={t("overview.alarms")}><Alarms run={asked.run.id} /></Panel></div>
        <div className="span-8"><Panel title={t("overview.doubts")}><Doubts run={asked.run.id} /></Panel></div>
        <div className="span-4"><Panel title={t("overview.releases")}><Latest /></Panel></div>
      </div>
      <ProofDrawer />
    </>
  ); // prettier-ignore
}

function Latest() {
  const { t } = useTranslation();
  const found = useTable<{ rows: ReleaseRow[] }>(query("/releases", { where: "state=released", limit: 5 }));
  const rows = found.data?.rows ?? [];
  if (found.data && rows.length === 0) return <p className="quiet">{t("overview.no_releases")}</p>;
  return (
    <ul className="plain-list">
      {rows.map((one) => (
        <li key={one.id}>
          <Link to={`/gov/releases/${one.id}`}>
            {one.name} #{one.number}
          </Link>{" "}
          <span className="quiet">{one.decided_at.slice(0, 10)}</span>
        </li>
      ))}
    </ul>
  );
}
