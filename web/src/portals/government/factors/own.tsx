import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download, post } from "../../../shared/api";
import { FileChoice } from "../../../shared/file-choice";
import { Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty, Failed } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { Tabs } from "./tabs";

type Pack = { id: string; name: string; number: number; kind: string; method: string; rows: number; upload: string; made_by: string; made_at: string };
const ENDS: Record<string, string> = { factors: ".csv,.xlsx", method: ".yaml,.yml" };

/** Factors and methods of one's own: checked when they come, kept as versions, used in an inventory by choice. */
export default function Own() {
  const { t } = useTranslation();
  const { may } = useSession();
  const columns: Column<Pack>[] = [
    { key: "name", title: t("inventory.name"), width: 260, filter: true },
    { key: "number", title: t("data.version"), kind: "count", width: 80, show: (row) => `v${row.number}` },
    { key: "kind", title: t("factors.pack_kind"), width: 180, show: (row) => t(`factors.pack_kinds.${row.kind}`) },
    { key: "method", title: t("methods.id"), width: 180 },
    { key: "rows", title: t("factors.pack_rows"), kind: "count", width: 110 },
    { key: "made_by", title: t("factors.pack_by"), width: 110 },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
    { key: "upload", title: t("data.file"), width: 90, sort: false, show: (row) => <button type="button" className="plain-button" onClick={() => void download(`/uploads/${row.upload}/file`, row.name)}>{t("factors.pack_file")}</button> },
  ]; // prettier-ignore
  return (
    <Page title={t("factors.own")} about={t("factors.own_about")} crumbs={[{ word: t("section.factors"), to: "/gov/factors" }, { word: t("factors.own") }]}>
      <Tabs />
      {may("run.create") && <Add />}
      <Panel>
        <DataTable<Pack> name="packs" label={t("factors.own")} path="/packs" columns={columns} rowKey={(row) => row.id} height={420} empty={<Empty title={t("factors.no_packs")} hint={t("factors.no_packs_hint")} />} />
      </Panel>
    </Page>
  );
}

function Add() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [kind, setKind] = useState("factors");
  const [upload, setUpload] = useState("");
  const add = useMutation({
    mutationFn: (name: string) => post("/packs", { upload, kind, name }),
    onSuccess: async () => {
      message.success(t("factors.pack_kept"));
      await client.invalidateQueries();
    },
  });
  return (
    <Panel title={t("factors.pack_add")}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(String(new FormData(event.currentTarget).get("name") ?? "").trim());
        }}
      >
        <label>
          {t("factors.pack_kind")}
          <select value={kind} onChange={(event) => (setKind(event.target.value), setUpload(""))}>
            {Object.keys(ENDS).map((one) => (
              <option key={one} value={one}>
                {t(`factors.pack_kinds.${one}`)}
              </option>
            ))}
          </select>
        </label>
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
