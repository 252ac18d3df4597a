import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, type Page, post } from "../../../shared/api";
import { Drawer, useDrawer } from "../../../shared/drawer";
import { Icon } from "../../../shared/icon";
import { PlaceName } from "../../../shared/names";
import { UNKNOWN } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Failed, Notice } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { joined, said } from "../../../shared/words";
import { type Person, State, useRoles } from "./known";
import { Person as One } from "./person";
import { RoleTicks } from "./role-ticks";
import { Secret } from "./secret";

/** Everybody of the organisation; a click opens roles, areas, password and second factor of one. */
export default function People() {
  const { t } = useTranslation();
  const { may } = useSession();
  const open = useDrawer("person");
  const [adding, setAdding] = useState(false);
  const roles = useRoles();
  const name = (role: string) => said(roles.data?.find((one) => one.role === role)) || role;
  const columns: Column<Person>[] = [
    { key: "login", title: t("admin.login"), width: 110, filter: true, show: (row) => <button type="button" className="plain-button" onClick={() => open(row.id)}>{row.login}</button> },
    { key: "name", title: t("admin.name"), width: 170, filter: true },
    { key: "roles", title: t("admin.roles"), width: 200, sort: false, show: (row) => joined(row.roles.map(name)) || UNKNOWN },
    { key: "areas", title: t("admin.areas"), width: 180, sort: false, show: (row) => <AreasOf areas={row.areas} /> },
    { key: "state", title: t("admin.state"), width: 150, show: (row) => <State of={row} /> },
    { key: "second_factor", title: t("admin.second"), kind: "flag", width: 130 },
    { key: "made_at", title: t("admin.since"), kind: "time", width: 140 },
  ]; // prettier-ignore
  return (
    <Panel>
      {may("people.manage") && <Begin />}
      <DataTable<Person>
        name="people"
        label={t("admin.people")}
        path="/people"
        columns={columns}
        rowKey={(row) => row.id}
        onRow={(row) => open(row.id)}
        tools={
          may("people.manage") && (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t("admin.add")}
            </Button>
          )
        }
      />
      <Drawer name="person" title={t("admin.person")} width={680}>
        {(id) => <One id={id} />}
      </Drawer>
      {adding && <Add close={() => setAdding(false)} />}
    </Panel>
  );
}

/** Whom to add first, as long as nobody gives areas. */
function Begin() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["people", "security"], queryFn: () => get<Page<Person>>("/people?limit=1000") });
  if (!found.data || found.data.rows.some((one) => one.roles.includes("security_admin"))) return null;
  return <Notice kind="info">{t("admin.begin")}</Notice>;
}

function AreasOf({ areas }: { areas: string[] }) {
  const { t } = useTranslation();
  const shown = areas.map((one) => (one.startsWith("region:") ? <PlaceName key={one} region={area(one, "")} /> : <span key={one}>{area(one, t("data.tenant"))}</span>));
  return shown.length ? <span className="row">{shown}</span> : <>{UNKNOWN}</>;
}

/** `region:CN-51` as `CN-51`; all as the whole organisation. */
export function area(text: string, all: string): string {
  const code = text.includes(":") ? text.slice(text.indexOf(":") + 1) : text;
  return code && code !== "all" ? code : all;
}

function Add({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const roles = useRoles();
  const [held, setHeld] = useState<string[]>([]);
  const add = useMutation({
    mutationFn: (asked: object) => post<{ id: string; password: string }>("/people", asked),
    onSuccess: () => client.invalidateQueries(),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    add.mutate({ login: String(asked.get("login")).trim(), name: String(asked.get("name")).trim(), password: String(asked.get("password") ?? ""), roles: held });
  }
  return (
    <Modal open title={t("admin.add")} footer={null} onCancel={close} closeIcon={<Icon name="close" />} closable={{ "aria-label": t("state.close") }}>
      {add.isSuccess ? (
        <div className="stack">
          <p>{t("admin.added")}</p>
          {add.data.password && <Secret text={add.data.password} label={t("admin.first_password")} />}
          <p className="quiet">{t("admin.areas_next")}</p>
          <Button onClick={close}>{t("state.close")}</Button>
        </div>
      ) : (
        <form className="stack fields" onSubmit={submit}>
          {add.isError && <Failed error={add.error} />}
          <label>
            {t("admin.login")}
            <input name="login" required maxLength={120} autoFocus autoComplete="off" />
          </label>
          <label>
            {t("admin.name")}
            <input name="name" required maxLength={200} autoComplete="off" />
          </label>
          <label>
            {t("admin.first_password")}
            <input name="password" type="password" maxLength={256} autoComplete="new-password" aria-describedby="password-about" />
            <small id="password-about" className="quiet">
              {t("admin.made_up")}
            </small>
          </label>
          <Answered of={roles}>{(known) => <RoleTicks roles={known} held={held} change={setHeld} />}</Answered>
          <p className="quiet">{t("admin.roles_next")}</p>
          <Button type="primary" htmlType="submit" loading={add.isPending}>
            {t("admin.add")}
          </Button>
        </form>
      )}
    </Modal>
  );
}
