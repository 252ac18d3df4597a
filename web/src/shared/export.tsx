import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download, query, save } from "./api";
import { type Column, csv, type View } from "./columns";
import { labelled, useLabel } from "./synthetic";

type Asked<R> = { name: string; path?: string; view: View; columns: Column<R>[]; rows?: R[]; seen: R[] };

/** Export of what is seen (with its order and filters) or of everything; by the API where it has the table. */
export function Export<R extends object>({ name, path, view, columns, rows, seen }: Asked<R>) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const label = useLabel();
  const [busy, setBusy] = useState(false);
  const local = rows !== undefined;
  const filtered = view.where.length > 0 || view.sort !== "";
  const forms = path ? ["xlsx", "csv"] : ["csv"];
  const items = [...(filtered ? forms.map((form) => `seen.${form}`) : []), ...forms.map((form) => `all.${form}`)].map((key) => ({
    key,
    label: t(`table.${key.split(".")[0]}`, { form: key.split(".")[1]?.toUpperCase() }),
  }));
  async function make(key: string) {
    const [what, form = "csv"] = key.split(".");
    setBusy(true);
    try {
      if (path && (what === "all" || !local)) {
        const asked = what === "seen" ? { sort: view.sort, where: view.where } : {};
        await download(query(path, { format: form, ...asked }), `${name}.${form}`);
      } else {
        const cells = (what === "seen" ? seen : (rows ?? [])).map((row) => columns.map((one) => (row as Record<string, unknown>)[one.key]));
        const [heads, lines] = labelled(columns.map((one) => one.title), cells, label); // prettier-ignore
        save(new Blob([csv(heads, lines)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
      }
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dropdown menu={{ items, onClick: ({ key }) => void make(key) }} trigger={["click"]}>
      <Button size="small" loading={busy}>
        {t("table.export")}
      </Button>
    </Dropdown>
  );
}
