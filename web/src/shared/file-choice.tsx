import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, get, type Page, send_file } from "./api";
import { Bar } from "./bar";
import { FileField } from "./file-field";
import { Failed } from "./states";

type Upload = Answer<"/uploads/{name}">;
const OTHER = "+";

/** One of the files that were uploaded, or a new one, which is sent at once. */
export function FileChoice({ label, value, change, accept, needed }: { label: string; value: string; change: (id: string) => void; accept?: string; needed?: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["uploads", "all"], queryFn: () => get<Page<Upload>>("/uploads?limit=500") });
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asks, setAsks] = useState(false);
  async function send(file: File) {
    const form = new FormData();
    form.append("file", file);
    setError(null);
    setShare(0);
    try {
      const kept = await send_file<Upload>("/uploads", form, setShare);
      await client.invalidateQueries({ queryKey: ["uploads"] });
      change(kept.id);
      setAsks(false);
    } catch (cause) {
      setError(cause);
    } finally {
      setShare(null);
    }
  }
  const fits = (name: string) => !accept || accept.split(",").some((end) => name.toLowerCase().endsWith(end));
  return (
    <div className="field">
      <label>
        {label}
        <select value={asks ? OTHER : value} required={needed} onChange={(event) => (setAsks(event.target.value === OTHER), change(event.target.value === OTHER ? "" : event.target.value))}>
          <option value="">–</option>
          <option value={OTHER}>{t("data.new_file")}</option>
          {found.data?.rows.filter((one) => fits(one.name)).map((one) => (
            <option key={one.id} value={one.id}>
              {one.synthetic ? t("data.said_synthetic", { name: one.name }) : one.name}
            </option>
          ))}
        </select>
      </label>
      {asks && <FileField label={t("data.new_file")} accept={accept} change={(file) => file && void send(file)} />}
      {share !== null && <Bar share={share} label={t("data.uploading")} />}
      {error !== null && <Failed error={error} />}
    </div>
  );
}
