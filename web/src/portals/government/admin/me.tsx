import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, QRCode } from "antd";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, bear, del, get, post } from "../../../shared/api";
import { PlaceName } from "../../../shared/names";
import { when } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { type Me as Person, useSession } from "../../../shared/session";
import { Answered, Failed, Partial } from "../../../shared/states";
import { joined, said } from "../../../shared/words";
import { Secret } from "./secret";
import Tokens from "./tokens";

type Session = Answer<"/sessions">[number];
type Enrolment = { secret: string; uri: string };

/** One's own account: what one may do, password, second factor, sessions and tokens. What must be done first comes first. */
export default function Me() {
  const { t } = useTranslation();
  const { me } = useSession();
  if (!me) return null;
  const pending = me.pending.length > 0;
  return (
    <Page title={t("frame.me")}>
      {me.pending.map((one) => (
        <Partial key={one}>{t(`me.pending.${one}`, { defaultValue: one })}</Partial>
      ))}
      <Panel>
        <Facts
          of={[
            [t("admin.login"), me.login],
            [t("admin.name"), me.name],
            [t("admin.roles"), joined(me.roles.map((one) => said(one))) || "–"],
            [t("admin.areas"), me.areas.length === 0 ? "–" : pending ? me.areas.map((one) => one.code || t("data.tenant")).join("、") : me.areas.map((one) => (one.kind === "region" ? <PlaceName key={one.code} region={one.code ?? ""} /> : one.code || t("data.tenant")))],
          ]}
        />
      </Panel>
      <div className="grid">
        <div className="span-6">
          <Password />
        </div>
        <div className="span-6">
          <SecondFactor />
        </div>
      </div>
      {!pending && <Sessions />}
      {!pending && <Tokens />}
    </Page>
  );
}

function Password() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const change = useMutation({
    mutationFn: (asked: object) => post<Person>("/session/password", asked),
    onSuccess: (me) => {
      bear(me.csrf);
      client.setQueryData(["session"], me);
      message.success(t("me.changed"));
    },
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const asked = new FormData(form);
    change.mutate({ old: asked.get("old"), new: asked.get("new"), revoke_tokens: asked.has("revoke_tokens") }, { onSuccess: () => form.reset() });
  }
  return (
    <Panel title={t("me.password")}>
      {change.isError && <Failed error={change.error} />}
      <form className="stack fields" onSubmit={submit}>
        <label>
          {t("me.old")}
          <input name="old" type="password" required autoComplete="current-password" />
        </label>
        <label>
          {t("me.new")}
          <input name="new" type="password" required minLength={12} maxLength={256} autoComplete="new-password" aria-describedby="policy" />
          <small id="policy" className="quiet">
            {t("sign.policy")}
          </small>
        </label>
        <label className="row">
          <input name="revoke_tokens" type="checkbox" />
          {t("me.revoke_tokens")}
        </label>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t("me.change")}
        </Button>
      </form>
    </Panel>
  );
}

/** The authenticator is shown the secret once; a first code of it turns the second factor on. */
function SecondFactor() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const begin = useMutation({ mutationFn: (password: string) => post<Enrolment>("/session/second-factor", { password }) });
  const confirm = useMutation({
    mutationFn: (code: string) => post<{ recovery: string[] }>("/session/second-factor/confirm", { code }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["session"] }),
  });
  const text = (event: FormEvent<HTMLFormElement>, name: string) => {
    event.preventDefault();
    return String(new FormData(event.currentTarget).get(name) ?? "").trim();
  };
  return (
    <Panel title={t("me.second")}>
      <p className="quiet">{t("me.second_about")}</p>
      {begin.isError && <Failed error={begin.error} />}
      {confirm.isError && <Failed error={confirm.error} />}
      {confirm.data ? (
        <>
          <Mark kind="good">{t("me.second_on")}</Mark>
          <Secret text={confirm.data.recovery.join(" ")} label={t("me.recovery")} />
        </>
      ) : begin.data ? (
        <form className="stack fields" onSubmit={(event) => confirm.mutate(text(event, "code"))}>
          <div className="qr" role="img" aria-label={t("me.qr")}>
            <QRCode value={begin.data.uri} bordered={false} color="#000000" bgColor="#ffffff" size={160} type="svg" />
          </div>
          <Secret text={begin.data.secret} label={t("me.secret")} />
          <label>
            {t("sign.code")}
            <input name="code" required inputMode="numeric" autoComplete="one-time-code" maxLength={12} />
          </label>
          <Button type="primary" htmlType="submit" loading={confirm.isPending}>
            {t("me.confirm")}
          </Button>
        </form>
      ) : (
        <form className="stack fields" onSubmit={(event) => begin.mutate(text(event, "password"))}>
          <label>
            {t("sign.password")}
            <input name="password" type="password" required autoComplete="current-password" />
          </label>
          <Button htmlType="submit" loading={begin.isPending}>
            {t("me.enrol")}
          </Button>
        </form>
      )}
    </Panel>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["sessions"], queryFn: () => get<Session[]>("/sessions") });
  const end = useMutation({ mutationFn: (id: string) => del(`/sessions/${id}`), onSettled: () => client.invalidateQueries({ queryKey: ["sessions"] }) });
  return (
    <Panel title={t("me.sessions")}>
      {end.isError && <Failed error={end.error} />}
      <Answered of={found} lines={2}>
        {(sessions) => (
          <div className="scroll" tabIndex={0} role="region" aria-label={t("me.sessions")}>
            <table className="plain">
              <thead>
                <tr>
                  {["from", "agent", "began", "seen", "act"].map((name) => (
                    <th key={name} scope="col">
                      {t(`me.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {sessions.map((one) => (
                  <tr key={one.id}>
                    <td>{one.source}</td>
                    <td title={one.agent} className="agent">
                      {one.agent}
                    </td>
                    <td>{when(one.made_at)}</td>
                    <td>{when(one.seen_at)}</td>
                    <td>
                      {one.present ? <Mark kind="good">{t("me.here")}</Mark> : <Button size="small" onClick={() => end.mutate(one.id)}>{t("me.end")}</Button>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answered>
    </Panel>
  );
}
