import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ComponentProps, type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, API, ApiError, get, post } from "./api";
import { LanguageSwitch, ThemeSwitch } from "./frame";
import { useReady } from "./ready";
import { useSession } from "./session";
import { Failed, Notice } from "./states";

/** Signing in, and the first set-up of an empty server. The address stays, so that one comes back to where one was. */
export default function SignIn({ ended }: { ended: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useSession();
  const ways = useQuery({ queryKey: ["setup"], queryFn: () => get<Answer<"/setup">>("/setup") });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [second, setSecond] = useState(false);
  const first = ways.data?.needed ?? false;
  useReady();

  async function go(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    setBusy(true);
    setError(null);
    try {
      if (first) {
        await post("/setup", { tenant: text("tenant"), login: text("login"), name: text("name"), password: text("password"), code: text("setup_code") });
        await client.invalidateQueries({ queryKey: ["setup"] });
      }
      await session.enter({ login: text("login"), password: text("password"), code: text("code").trim() });
    } catch (cause) {
      if (cause instanceof ApiError && asksCode(cause)) setSecond(true);
      setError(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <div className="panel">
        <div className="row between">
          <h1>{t("frame.name")}</h1>
          <div className="row">
            <LanguageSwitch />
            <ThemeSwitch />
          </div>
        </div>
        <p className="quiet">{t("sign.about")}</p>
        {first && <Notice kind="info">{t("sign.setup")}</Notice>}
        {ended && !error && <Notice kind="info" role="status">{t("sign.ended")}</Notice>}
        {Boolean(error) && <Failed error={error} />}
        {ways.isError && <Failed error={ways.error} again={() => void ways.refetch()} />}
        <form className="stack fields" onSubmit={(event) => void go(event)}>
          {first && <Field name="tenant" label={t("sign.tenant")} autoComplete="organization" />}
          <Field name="login" label={t("sign.login")} autoComplete="username" autoFocus />
          {first && <Field name="name" label={t("sign.person")} autoComplete="name" />}
          <Field name="password" label={t("sign.password")} type="password" autoComplete={first ? "new-password" : "current-password"} hint={first ? t("sign.policy") : ""} />
          {first && ways.data?.code && <Field name="setup_code" label={t("sign.setup_code")} autoComplete="off" maxLength={40} hint={t("sign.setup_code_about")} />}
          {!first && (
            <details open={second}>
              <summary>{t("sign.second")}</summary>
              <Field name="code" label={t("sign.code")} required={false} autoComplete="one-time-code" inputMode="numeric" hint={t("sign.code_about")} />
            </details>
          )}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t(first ? "sign.setup_go" : "sign.in")}
          </Button>
        </form>
        {ways.data?.oidc && !first && (
          <Button block href={`${API}/session/oidc`}>
            {t("sign.oidc")}
          </Button>
        )}
      </div>
    </main>
  );
}

function Field({ name, label, hint = "", ...rest }: ComponentProps<"input"> & { name: string; label: string; hint?: string }) {
  return (
    <div>
      <label>
        {label}
        <input name={name} required aria-describedby={hint ? `${name}-hint` : undefined} {...rest} />
      </label>
      {hint && (
        <small id={`${name}-hint`} className="quiet">
          {hint}
        </small>
      )}
    </div>
  );
}

/** A refusal that asks for the code of the second factor. */
function asksCode(error: ApiError): boolean {
  return error.status === 401 && /second|factor|code/i.test(String(error.problem.where?.needs ?? error.problem.code));
}
