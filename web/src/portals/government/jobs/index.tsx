import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { get, post } from "../../../shared/api";
import { Bar } from "../../../shared/bar";
import { Drawer, useDrawer } from "../../../shared/drawer";
import { elapsed, ENDED, type Job, type JobState, Progress } from "../../../shared/job";
import { Link } from "../../../shared/link";
import { when } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Empty, Failed } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { said } from "../../../shared/words";

const KIND = { waiting: "plain", running: "info", done: "good", failed: "error", cancelled: "plain" } as const;

/** Everything long: how far it is, what came of it, cancelling and trying again. */
export default function Jobs() {
  const { t } = useTranslation();
  const { may } = useSession();
  const client = useQueryClient();
  const open = useDrawer("job");
  const act = useMutation({
    mutationFn: ({ id, what }: { id: string; what: "cancel" | "retry" }) => post(`/jobs/${id}/${what}`),
    onSettled: () => client.invalidateQueries(),
  });
  const columns: Column<Job>[] = [
    { key: "kind", title: t("job.kind"), width: 130, filter: true, show: (row) => <button type="button" className="plain-button" onClick={() => open(row.id)}>{t(`job.kinds.${row.kind}`, { defaultValue: row.kind })}</button> },
    { key: "state", title: t("job.state"), width: 110, filter: [...ENDED, "waiting", "running"].map((value) => ({ value, label: t(`job.${value}`) })), show: (row) => <State of={row.state} /> },
    { key: "share", title: t("job.doing"), width: 300, show: (row) => (ENDED.includes(row.state) ? <Result of={row} /> : <span className="row"><Bar share={row.share} width={130} label={t("job.progress")} /> {said(row.doing)}</span>) },
    { key: "made_at", title: t("job.made"), kind: "time", width: 140 },
    { key: "took", title: t("job.took"), kind: "count", width: 90, sort: false, show: (row) => elapsed(row) || "–" },
    {
      key: "act", title: t("job.acts"), width: 110, sort: false,
      show: (row) =>
        may("data.write") && row.state !== "done" && (
          <Button size="small" onClick={() => act.mutate({ id: row.id, what: ENDED.includes(row.state) ? "retry" : "cancel" })}>
            {t(ENDED.includes(row.state) ? "job.retry" : "job.cancel")}
          </Button>
        ),
    },
  ]; // prettier-ignore
  return (
    <Page title={t("section.jobs")} about={t("job.about")}>
      {act.isError && <Failed error={act.error} />}
      <Panel>
        <DataTable<Job>
          name="jobs"
          label={t("section.jobs")}
          path="/jobs"
          columns={columns}
          rowKey={(row) => row.id}
          refresh={5000}
          onRow={(row) => open(row.id)}
          empty={<Empty title={t("job.none")} hint={t("job.none_hint")} />}
        />
      </Panel>
      <Drawer name="job" title={t("job.details")}>
        {(id) => <Details id={id} />}
      </Drawer>
    </Page>
  );
}

function Details({ id }: { id: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["job", id], queryFn: () => get<Job>(`/jobs/${id}`) });
  return (
    <Answered of={found}>
      {(job) => (
        <div className="stack">
          <Progress id={id} />
          <Facts
            of={[
              [t("job.kind"), t(`job.kinds.${job.kind}`, { defaultValue: job.kind })],
              [t("job.state"), <State key="state" of={job.state} />],
              [t("job.made"), when(job.made_at)],
              [t("job.took"), elapsed(job) || "–"],
              [t("job.attempts"), job.attempts],
              [t("column.id"), job.id],
            ]}
          />
          {!job.done.error && <Result of={job} />}
        </div>
      )}
    </Answered>
  );
}

export function State({ of }: { of: JobState }) {
  const { t } = useTranslation();
  return <Mark kind={KIND[of]}>{t(`job.${of}`)}</Mark>;
}

/** What came of a job, as a link to it; why it failed. */
function Result({ of: job }: { of: Job }) {
  const { t } = useTranslation();
  const { dataset, run, release, sources, road, error } = job.done as Record<string, unknown> & Job["done"];
  if (error) return <span title={said(error.message)}>{said(error.message)}</span>;
  if (dataset) return <Link to={`/gov/data/${String(dataset)}`}>{t("job.to_dataset")}</Link>;
  if (run) return <Link to={`/gov/inventory/${String(run)}`}>{t("job.to_run")}</Link>;
  if (release) return <Link to={`/gov/releases/${String(release)}`}>{t("job.to_release")}</Link>;
  if (sources) return <Link to={`/gov/sources/${String(sources)}`}>{t("job.to_sources")}</Link>;
  if (road) return <Link to={`/gov/roads/${String(road)}`}>{t("job.to_road")}</Link>;
  return <span className="quiet">–</span>;
}
