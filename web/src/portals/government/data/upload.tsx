import { Button } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useGo } from "../../../shared/address";
import { send_file } from "../../../shared/api";
import { Bar } from "../../../shared/bar";
import { FileField } from "../../../shared/file-field";
import { Link } from "../../../shared/link";
import { bytes } from "../../../shared/numbers";
import { MadeUp, Page, Panel } from "../../../shared/page";
import { Failed } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { Place, usePlaces } from "./place";
import type { Upload as Kept } from "./types";

const KINDS = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.xlsb,.ods,.parquet";

/** A file by drag and drop or by the button; what was uploaded before can be read again. */
export default function Upload() {
  const { t } = useTranslation();
  const go = useGo();
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const [place, setPlace] = useState("");
  const places = usePlaces();
  const next = useSearchParams()[0].get("name") ?? "";
  const stop = useRef<AbortController | null>(null);
  const chosen = place || places[0]?.key || "";

  async function send(given: File) {
    setFile(given);
    setShare(0);
    setError(null);
    const form = new FormData();
    const where = places.find((one) => one.key === chosen);
    if (where?.region) form.append("region", where.region);
    if (where?.entity) form.append("entity", where.entity);
    form.append("file", given);
    stop.current = new AbortController();
    try {
      const kept = await send_file<Kept>("/uploads", form, setShare, stop.current.signal);
      go(`/gov/data/upload/${kept.id}${next ? `?name=${encodeURIComponent(next)}` : ""}`);
    } catch (cause) {
      setFile(null);
      if (!(cause instanceof DOMException)) setError(cause);
    }
  }

  const columns: Column<Kept>[] = [
    { key: "name", title: t("data.file"), width: 320, filter: true, show: (row) => <><MadeUp of={row} /><Link to={`/gov/data/upload/${row.id}${next ? `?name=${encodeURIComponent(next)}` : ""}`}>{row.name}</Link></> },
    { key: "size", title: t("data.size"), kind: "count", width: 100, show: (row) => bytes(row.size) },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
    { key: "sha256", title: "SHA-256", width: 200, sort: false },
  ];
  return (
    <Page crumbs={[{ word: t("section.data"), to: "/gov/data" }, { word: t("data.upload") }]} title={t("data.upload")} about={t("data.upload_about")}>
      <Panel>
        {next && <p>{t("data.next_version", { name: next })}</p>}
        {Boolean(error) && <Failed error={error} />}
        {places.length > 1 && <Place places={places} value={chosen} change={setPlace} />}
        {file ? (
          <div className="stack" aria-live="polite">
            <strong>
              {file.name} · {bytes(file.size)}
            </strong>
            <Bar share={share} label={t("data.uploading")} />
            <div className="row between">
              <span className="quiet">{share < 1 ? t("data.uploading") : t("data.keeping")}</span>
              <Button onClick={() => stop.current?.abort()}>{t("data.stop")}</Button>
            </div>
          </div>
        ) : (
          <FileField label={t("data.upload")} accept={KINDS} hint={t("data.kinds")} change={(given) => given && void send(given)} />
        )}
      </Panel>
      <Panel title={t("data.before")}>
        <DataTable<Kept>
          name="uploads"
          label={t("data.before")}
          path="/uploads"
          columns={columns}
          rowKey={(row) => row.id}
          height={360}
          empty={<p className="quiet">{t("data.no_uploads")}</p>}
        />
      </Panel>
    </Page>
  );
}
