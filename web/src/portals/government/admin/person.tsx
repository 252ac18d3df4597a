import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { del, get, patch, post, put } from "../../../shared/api";
import { when } from "../../../shared/numbers";
import { Facts } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Failed } from "../../../shared/states";
import { Areas } from "./areas";
import { type Person as Held, State, useRoles } from "./known";
import { RoleTicks } from "./role-ticks";
import { Secret } from "./secret";

/** One person: what each administrator may change of them. */
export function Person({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["person", id], queryFn: () => get<Held>(`/people/${id}`) });
  return <Answered of={found}>{(one) => <Shown key={`${one.roles.join()}${one.areas.join()}`} of={one} />}</Answered>;
}

function Shown({ of: one }: { of: Held }) {
  const { t } = useTranslation();
  const { may, me } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const known = useRoles();
  const [roles, setRoles] = useState(one.roles);
  const [password, setPassword] = useState("");
  const oneself = me?.id === one.id;
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: async () => {
      message.success(t("admin.saved"));
      await client.invalidateQueries();
    },
  });
  const path = `/people/${one.id}`;
  const run = (work: () => Promise<unknown>) => act.mutate(work);
  return (
    <div className="stack">
      {act.isError && <Failed error={act.error} />}
      <Facts
        of={[
          [t("admin.login"), one.login],
          [t("admin.name"), one.name],
          [t("admin.state"), <State key="state" of={one} />],
          [t("admin.second"), one.second_factor ? t("state.yes") : t("state.no")],
          [t("admin.password_at"), when(one.password_at)],
          [t("admin.since"), when(one.made_at)],
        ]}
      />
      {oneself && <p className="quiet">{t("admin.oneself")}</p>}
      {may("people.manage") && !oneself && (
        <section className="stack">
          <h2>{t("admin.access")}</h2>
          {password && <Secret text={password} label={t("admin.first_password")} />}
          <div className="row">
            <Button onClick={() => run(() => patch(path, { state: one.state === "active" ? "suspended" : "active" }))}>{t(one.state === "active" ? "admin.suspend" : "admin.admit")}</Button>
            <Popconfirm title={t("admin.reset_sure")} onConfirm={() => run(async () => setPassword((await post<{ password: string }>(`${path}/password`, {})).password))}>
              <Button>{t("admin.reset_password")}</Button>
            </Popconfirm>
            <Button onClick={() => run(() => post(`${path}/unlock`))}>{t("admin.unlock")}</Button>
            <Button onClick={() => run(() => del(`${path}/sessions`))}>{t("admin.end_sessions")}</Button>
          </div>
        </section>
      )}
      {may("roles.manage") && (
        <section className="stack">
          <Answered of={known}>{(all) => <RoleTicks roles={all} held={roles} change={setRoles} disabled={oneself} />}</Answered>
          {!oneself && (
            <div className="row">
              <Button type="primary" onClick={() => run(() => put(`${path}/roles`, { roles }))}>
                {t("admin.save_roles")}
              </Button>
              {one.second_factor && (
                <Popconfirm title={t("admin.second_sure")} onConfirm={() => run(() => del(`${path}/second-factor`))}>
                  <Button>{t("admin.reset_second")}</Button>
                </Popconfirm>
              )}
            </div>
          )}
        </section>
      )}
      {may("areas.manage") && <Areas held={one.areas} save={(areas) => run(() => put(`${path}/areas`, { areas }))} />}
    </div>
  );
}
