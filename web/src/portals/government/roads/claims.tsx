import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { get, type Page, post, query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { count, UNKNOWN, when } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Empty, Failed, Notice } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { ownOf, useAnalyses, useAnalysis } from "./ask";
import type { Analysis, Road } from "./types";

/** Who locks and releases: a claim binds the offsets of the whole organisation. */
const LOCKS = "release.approve";

type Lot = { option: string; vintage: number; tonnes: number };
/** A claim; of one on a road elsewhere only the offset and its tonnes are told. */
type Claim = Lot & {
  id: number;
  option_title: string | null;
  project: string | null;
  project_title: string | null;
  road: string | null;
  road_name: string | null;
  by: string | null;
  at: string;
  analysis: string | null;
  holds: boolean;
  released: string | null;
  released_by: string | null;
  released_at: string | null;
  synthetic: boolean;
};

const sum = (lots: Lot[]): number => lots.reduce((whole, one) => whole + one.tonnes, 0);
const titled = (one: Claim): string => one.option_title ?? one.option;

/** Offsets that projects hold: those of the verdict that is shown are claimed here, and the register of all. */
export function Claims({ road }: { road: Road }) {
  const { t } = useTranslation();
  const [chosen] = useParam("at.gate");
  const made = useAnalyses(road.id, "gate");
  const shown = useAnalysis(chosen || ownOf(made.data?.rows) || made.data?.rows[0]?.id || "");
  return (
    <Panel title={t("claims.title")} id="claims">
      <p className="quiet">{t("claims.about")}</p>
      {shown.data && <Lock key={shown.data.id} of={shown.data} />}
      <Register />
    </Panel>
  );
}

/** The offsets of one verdict: what is held of them, or the button that claims them. */
function Lock({ of }: { of: Analysis }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const held = useQuery({
    queryKey: ["table", "/claims", of.id],
    queryFn: () => get<Page<Claim>>(query("/claims", { where: [`analysis=${of.id}`, "holds=true"], limit: 1000 })),
  });
  const lots = (of.document.result.lots ?? []) as Lot[];
  if (lots.length === 0) return <Notice kind="info">{t("claims.nothing")}</Notice>;
  async function lock() {
    setBusy(true);
    setError(null);
    try {
      await post(`/road-analyses/${of.id}/claims`, {});
      await client.invalidateQueries({ queryKey: ["table", "/claims"] });
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  const told = { count: lots.length, tonnes: count(sum(lots)) };
  return (
    <Answered of={held}>
      {({ rows }) => (
        <div className="stack">
          {rows.length > 0 ? (
            <Notice kind="info" role="status">{t("claims.held", { count: rows.length, of: lots.length, tonnes: count(sum(rows)) })}</Notice>
          ) : may(LOCKS) ? (
            <div className="row no-print">
              <Popconfirm title={t("claims.sure")} description={t("claims.sure_about", told)} onConfirm={() => void lock()} okText={t("claims.lock")}>
                <Button type="primary" loading={busy}>
                  {t("claims.lock_these", told)}
                </Button>
              </Popconfirm>
            </div>
          ) : (
            <Notice kind="info">{t("claims.another", told)}</Notice>
          )}
          {error !== null && <Failed error={error} />}
        </div>
      )}
    </Answered>
  );
}

/** Every claim of the organisation, across all its roads, with those that were released. */
function Register() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [asked, ask] = useState<Claim | null>(null);
  const columns: Column<Claim>[] = [
    { key: "option_title", title: t("claims.option"), width: 200, filter: true, show: (row) => <span title={row.option}>{titled(row)}</span> },
    { key: "vintage", title: t("claims.vintage"), width: 80 },
    { key: "tonnes", title: t("claims.tonnes"), kind: "count", width: 120, show: (row) => count(row.tonnes) },
    {
      key: "project_title", title: t("claims.project"), width: 190, filter: true,
      show: (row) => row.project === null ? <span className="quiet">{t("claims.elsewhere")}</span> : <span title={row.project}>{row.project_title ?? row.project}</span>,
    },
    {
      key: "holds", title: t("claims.state"), width: 250, wrap: true, filter: [{ value: "true", label: t("claims.holds") }, { value: "false", label: t("claims.released") }],
      show: (row) => row.holds ? (
        <span className="row">
          <Mark kind="good">{t("claims.holds")}</Mark>
          {row.synthetic && <Mark kind="warning">{t("data.synthetic")}</Mark>}
          {may(LOCKS) && row.project !== null && <Button size="small" className="no-print" onClick={() => ask(row)}>{t("claims.release")}</Button>}
        </span>
      ) : (
        <span>
          <Mark>{t("claims.released")}</Mark> {[row.released, row.released_by, when(row.released_at)].filter((one) => one && one !== UNKNOWN).join(" · ")}
        </span>
      ),
    },
    { key: "road_name", title: t("claims.road"), width: 130, filter: true, show: (row) => (row.road && row.analysis ? <Link to={`/gov/roads/${row.road}/gate?at.gate=${row.analysis}`}>{row.road_name}</Link> : UNKNOWN) },
    { key: "by", title: t("claims.by"), width: 90, filter: true },
    { key: "at", title: t("claims.at"), kind: "time", width: 150 },
    { key: "issued", title: t("claims.issued"), kind: "count", width: 140 },
  ]; // prettier-ignore
  return (
    <section className="stack">
      <h3>{t("claims.register")}</h3>
      {asked && <Release key={asked.id} of={asked} close={() => ask(null)} />}
      <DataTable<Claim> name="claims" label={t("claims.register")} path="/claims" columns={columns} rowKey={(row) => String(row.id)} height={440} empty={<Empty title={t("claims.none")} hint={t("claims.none_hint")} />} />
    </section>
  );
}

/** Giving a claim up, with the reason that the register keeps. */
function Release({ of, close }: { of: Claim; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setError(null);
    try {
      await post(`/claims/${of.id}/release`, { why: String(new FormData(event.currentTarget).get("why")).trim() });
      await client.invalidateQueries({ queryKey: ["table", "/claims"] });
      close();
    } catch (cause) {
      setError(cause);
    }
  }
  return (
    <form className="fields no-print" aria-label={t("claims.release")} onSubmit={(event) => void submit(event)}>
      <p className="whole">{t("claims.release_about", { option: titled(of), vintage: of.vintage, tonnes: count(of.tonnes), project: of.project_title ?? of.project })}</p>
      <label className="whole">
        {t("claims.why")}
        <input name="why" required maxLength={500} pattern=".*\S.*" autoFocus />
      </label>
      <div className="row whole">
        <Button danger htmlType="submit">
          {t("claims.release")}
        </Button>
        <Button onClick={close}>{t("claims.keep")}</Button>
      </div>
      {error !== null && (
        <div className="whole">
          <Failed error={error} />
        </div>
      )}
    </form>
  );
}
