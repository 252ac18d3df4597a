import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../../../shared/api";
import { FileChoice } from "../../../shared/file-choice";
import { Panel } from "../../../shared/page";
import { Failed } from "../../../shared/states";

const ENDS = { factors: ".csv,.xlsx", method: ".yaml,.yml" };
type Kind = keyof typeof ENDS;
export const KINDS: Kind[] = ["factors", "method"];
type Pack = { id: string; name: string; number: number; method: string };

/** A file that is checked by the rules of the library and kept as a version of a pack. */
export function AddPack({ kinds, title, hint, onKept }: { kinds: Kind[]; title: string; hint?: string; onKept?: (pack: Pack) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>(kinds[0] ?? "factors");
  const [upload, setUpload] = useState("");
  const add = useMutation({
    mutationFn: (name: string) => post<Pack>("/packs", { upload, kind, name }),
    onSuccess: async (pack) => {
      message.success(t("factors.pack_kept"));
      await client.invalidateQueries();
      onKept?.(pack);
    },
  });
  return (
    <Panel title={title}>
      {hint && <p className="quiet">{hint}</p>}
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(String(new FormData(event.currentTarget).get("name") ?? "").trim());
        }}
      >
        {kinds.length > 1 && (
          <label>
            {t("factors.pack_kind")}
            <select value={kind} onChange={(event) => (setKind(event.target.value as Kind), setUpload(""))}>
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {t(`factors.pack_kinds.${one}`)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t("inventory.name")}
          <input name="name" required maxLength={200} />
        </label>
        <FileChoice label={t("data.file")} value={upload} change={setUpload} accept={ENDS[kind]} needed />
        <div>
          <Button type="primary" htmlType="submit" loading={add.isPending} disabled={!upload}>
            {t("factors.pack_check")}
          </Button>
        </div>
      </form>
      {add.isError && <Failed error={add.error} />}
    </Panel>
  );
}
