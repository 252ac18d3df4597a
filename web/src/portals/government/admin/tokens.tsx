import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { del, post } from "../../../shared/api";
import { UNKNOWN } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty, Failed } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { joined } from "../../../shared/words";
import { useWords } from "../inventory/words";
import { Secret } from "./secret";

type Token = { id: string; login: string; name: string; scopes: string[]; made_at: string; used_at: string; ends_at: string; revoked_at: string };

/** Tokens for programs: those of the organisation for who manages them, else one's own; made once, taken back at any time. */
export default function Tokens({ make = true }: { make?: boolean }) {
  const { t } = useTranslation();
  const words = useWords();
  const client = useQueryClient();
  const refuse = useMutation({ mutationFn: (id: string) => del(`/tokens/${id}`), onSuccess: () => client.invalidateQueries() });
  const columns: Column<Token>[] = [
    { key: "name", title: t("admin.token_name"), width: 160, filter: true },
    { key: "login", title: t("admin.login"), width: 110, filter: true },
    { key: "scopes", title: t("admin.scopes"), width: 240, sort: false, show: (row) => (row.scopes.length ? <span title={row.scopes.join(" ")}>{joined(row.scopes.map(words.permission))}</span> : UNKNOWN) },
    { key: "used_at", title: t("admin.used"), kind: "time", width: 140 },
    { key: "ends_at", title: t("admin.ends"), kind: "time", width: 140 },
    {
      key: "revoked_at", title: t("admin.state"), width: 110,
      show: (row) =>
        row.revoked_at ? <Mark>{t("admin.revoked")}</Mark> : row.ends_at && Date.parse(row.ends_at) < Date.now() ? <Mark>{t("admin.over")}</Mark> : (
          <Popconfirm title={t("admin.revoke_sure")} onConfirm={() => refuse.mutate(row.id)}>
            <Button size="small">{t("admin.revoke")}</Button>
          </Popconfirm>
        ),
    },
  ]; // prettier-ignore
  return (
    <Panel title={t("admin.tokens")}>
      {refuse.isError && <Failed error={refuse.error} />}
      {make && <Make />}
      <DataTable<Token> name="tokens" label={t("admin.tokens")} path="/tokens" columns={columns} rowKey={(row) => row.id} height={400} empty={<Empty title={t("admin.no_tokens")} hint={t("admin.tokens_about")} />} />
    </Panel>
  );
}

function Make() {
  const { t } = useTranslation();
  const { me } = useSession();
  const words = useWords();
  const client = useQueryClient();
  const [scopes, setScopes] = useState<string[]>([]);
  const make = useMutation({
    mutationFn: (asked: object) => post<{ id: string; token: string }>("/tokens", asked),
    onSuccess: () => client.invalidateQueries({ queryKey: ["table", "/tokens"] }),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    make.mutate({ name: String(asked.get("name")), days: Number(asked.get("days")), scopes });
  }
  return (
    <>
      {make.isError && <Failed error={make.error} />}
      {make.data && <Secret text={make.data.token} label={t("admin.token")} />}
      <form className="details" onSubmit={submit}>
        <label>
          {t("admin.token_name")}
          <input name="name" required maxLength={200} />
        </label>
        <label>
          {t("admin.days")}
          <input name="days" type="number" min={1} max={365} defaultValue={90} required />
        </label>
        <fieldset className="ticks wide">
          <legend>{t("admin.scopes_about")}</legend>
          {(me?.permissions ?? []).map((one) => (
            <label key={one}>
              <input type="checkbox" checked={scopes.includes(one)} onChange={(event) => setScopes(event.target.checked ? [...scopes, one] : scopes.filter((other) => other !== one))} />{" "}
              {words.permission(one)}
            </label>
          ))}
        </fieldset>
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {t("admin.make_token")}
        </Button>
      </form>
    </>
  );
}
