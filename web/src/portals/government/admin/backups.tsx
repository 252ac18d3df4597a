import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { type Answer, API, del, get, post } from "../../../shared/api";
import { Bar } from "../../../shared/bar";
import { bytes, count } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { Answered, Empty, Failed, Notice } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { said } from "../../../shared/words";

type Found = Answer<"/backups">;
type Backup = Found["rows"][number];

/** Archives of the whole server: made as a job, downloaded where the settings admit it, deleted. */
export default function Backups() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const anew = () => client.invalidateQueries({ queryKey: ["backups"] });
  const found = useQuery({
    queryKey: ["backups"],
    queryFn: () => get<Found>("/backups"),
    refetchInterval: (query) => (open(query.state.data) ? 1000 : false),
  });
  const make = useMutation({ mutationFn: () => post("/backups"), onSuccess: anew });
  const remove = useMutation({ mutationFn: (name: string) => del(`/backups/${name}`), onSuccess: anew });
  const columns: Column<Backup>[] = [
    { key: "made_at", title: t("backup.made"), kind: "time", width: 140 },
    { key: "name", title: t("backup.name"), width: 300 },
    { key: "size", title: t("backup.size"), width: 90, show: (row) => bytes(row.size) },
    { key: "rows", title: t("backup.rows"), kind: "count", width: 70 },
    { key: "objects", title: t("backup.objects"), kind: "count", width: 80 },
    { key: "program", title: t("backup.program"), width: 90 },
    { key: "schema_revision", title: t("backup.schema"), width: 110 },
    { key: "damaged", title: t("backup.state"), width: 110, show: (row) => <State of={row} /> },
    {
      key: "act", title: "", width: 130, sort: false,
      show: (row) => (
        <span className="row">
          {found.data?.download && (
            <a href={`${API}/backups/${row.name}/file`} download={row.name}>
              {t("backup.download")}
            </a>
          )}
          <Popconfirm title={t("backup.delete_sure")} onConfirm={() => remove.mutate(row.name)}>
            <Button size="small">{t("backup.delete")}</Button>
          </Popconfirm>
        </span>
      ),
    },
  ]; // prettier-ignore
  return (
    <Panel
      title={t("backup.title")}
      actions={
        <Button type="primary" onClick={() => make.mutate()} loading={make.isPending || open(found.data)}>
          {t("backup.make")}
        </Button>
      }
    >
      <p className="quiet">{t("backup.about")}</p>
      {make.isError && <Failed error={make.error} />}
      {remove.isError && <Failed error={remove.error} />}
      <Answered of={found}>
        {(data) => (
          <div className="stack">
            <Doing of={data} />
            {!data.download && data.rows.length > 0 && <Notice kind="info">{t("backup.no_download")}</Notice>}
            <DataTable<Backup> name="backups" label={t("backup.title")} rows={data.rows} columns={columns} rowKey={(row) => row.name} height={360} empty={<Empty title={t("backup.none")} hint={t("backup.none_hint")} />} />
          </div>
        )}
      </Answered>
    </Panel>
  );
}

const open = (found?: Found) => found?.making?.state === "waiting" || found?.making?.state === "running";

/** How far the backup is that is being made, or why the last one failed. */
function Doing({ of }: { of: Found }) {
  const { t } = useTranslation();
  const making = of.making;
  if (making?.state === "failed") {
    const error = making.error as { message?: { zh: string; en: string } } | null;
    return (
      <Notice kind="error" role="alert">
        {t("backup.failed")} {error?.message && said(error.message)}
      </Notice>
    );
  }
  if (!open(of) || !making) return null;
  return (
    <div className="job" aria-live="polite">
      <strong>{said(making.doing as { zh?: string; en?: string }) || t("job.waiting")}</strong>
      <Bar share={making.share} label={t("job.progress")} />
    </div>
  );
}

function State({ of }: { of: Backup }) {
  const { t } = useTranslation();
  if (!of.readable) return <Mark kind="error">{t("backup.unreadable")}</Mark>;
  return of.damaged ? <Mark kind="error">{t("backup.damaged", { count: of.damaged, shown: count(of.damaged) })}</Mark> : <Mark kind="good">{t("backup.whole")}</Mark>;
}
