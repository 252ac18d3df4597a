import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, del, post, send_file } from "../../../shared/api";
import { FileField } from "../../../shared/file-field";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Failed, Notice } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import type { Upload } from "./types";

type Spot = { id: string; entity: string; name: string; longitude: number; latitude: number; region: string; source: string; made_at: string };
type Taken = { places: number; replaced: number };
const SYSTEMS = ["WGS84", "CGCS2000", "GCJ02", "BD09"];

/** Where parks and enterprises lie: a table with coordinates, checked whole; the list of what is kept. */
export default function Places() {
  const { t } = useTranslation();
  const { may } = useSession();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [taken, setTaken] = useState<Taken | null>(null);
  const [busy, setBusy] = useState(false);
  const outside = error instanceof ApiError && error.problem.code === "M-005";
  async function attempt(what: () => Promise<Taken | null>) {
    setError(null);
    setTaken(null);
    setBusy(true);
    try {
      const made = await what();
      await client.invalidateQueries();
      setTaken(made);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const file = asked.get("file");
    if (!(file instanceof File)) return;
    void attempt(async () => {
      const form = new FormData();
      form.append("file", file);
      const sent = await send_file<Upload>("/uploads", form, () => undefined);
      const said = { system: asked.get("system"), source: String(asked.get("source") ?? "").trim(), accept_outside: asked.get("outside") === "on" };
      return post<Taken>("/places", { upload: sent.id, ...said });
    });
  }
  const columns: Column<Spot>[] = [
    { key: "entity", title: t("spots.entity"), width: 160, filter: true },
    { key: "name", title: t("spots.name"), width: 130, filter: true },
    { key: "longitude", title: t("spots.longitude"), kind: "number", width: 134, show: (row) => row.longitude.toFixed(6) },
    { key: "latitude", title: t("spots.latitude"), kind: "number", width: 134, show: (row) => row.latitude.toFixed(6) },
    { key: "region", title: t("data.place"), width: 100, show: (row) => <PlaceName region={row.region} entity="" /> },
    { key: "source", title: t("socio.source"), width: 130 },
    { key: "made_at", title: t("data.made"), kind: "time", width: 136 },
    ...(may("data.write") ? [{ key: "id" as const, title: t("spots.drop"), width: 90, sort: false as const, show: (row: Spot) => <Button size="small" onClick={() => window.confirm(t("spots.drop_sure", { name: row.name })) && void attempt(() => del(`/places/${row.id}`).then(() => null))}>{t("spots.drop")}</Button> }] : []),
  ]; // prettier-ignore
  return (
    <Page crumbs={[{ word: t("section.data"), to: "/gov/data" }, { word: t("spots.title") }]} title={t("spots.title")} about={t("spots.about")} actions={<Link to="/gov/map?show=points">{t("spots.on_map")}</Link>}>
      {may("data.write") && (
        <Panel title={t("spots.load")}>
          <form className="stack" onSubmit={submit}>
            <p className="quiet">{t("spots.columns")}</p>
            <FileField label={t("spots.file")} name="file" accept=".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods" needed />
            <div className="fields">
              <label>
                {t("spots.system")}
                <select name="system" defaultValue="WGS84">
                  {SYSTEMS.map((one) => (
                    <option key={one} value={one}>
                      {t(`spots.systems.${one}`)}
                    </option>
                  ))}
                </select>
              </label>
              <label>
                {t("socio.source")}
                <input name="source" maxLength={300} />
              </label>
            </div>
            {error !== null && <Failed error={error} />}
            {outside && (
              <label className="tick">
                <input type="checkbox" name="outside" /> {t("spots.accept_outside")}
              </label>
            )}
            <div>
              <Button type="primary" htmlType="submit" loading={busy}>
                {t("spots.keep")}
              </Button>
            </div>
          </form>
          {taken && (
            <Notice kind="info" role="status">
              {t("spots.taken", { count: taken.places, replaced: taken.replaced })}
            </Notice>
          )}
        </Panel>
      )}
      <Panel>
        <DataTable<Spot> name="places" label={t("spots.title")} path="/places" columns={columns} rowKey={(row) => row.id} empty={<p className="quiet">{t("spots.none")}</p>} />
      </Panel>
    </Page>
  );
}
