import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { API, ApiError, get, post } from "./api";
import { LanguageSwitch, ThemeSwitch } from "./frame";
import { useReady } from "./ready";
import { useSession } from "./session";
import { Failed, Notice } from "./states";

type Asked = { tenant?: string; login: string; name?: string; password: string; code?: string };

/** Signing in, and the first set-up of an empty server. The address stays, so that one comes back to where one was. */
export default function SignIn({ ended }: { ended: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useSession();
  const health = useQuery({ queryKey: ["health"], queryFn: () => get<{ setup: boolean; oidc?: boolean }>("/health") });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [second, setSecond] = useState(false);
  const first = health.data?.setup ?? false;
  useReady();

  async function go(asked: Asked) {
    setBusy(true);
    setError(null);
    try {
      if (first) {
        await post("/setup", asked);
        await client.invalidateQueries({ queryKey: ["health"] });
      }
      await session.enter({ login: asked.login, password: asked.password, code: asked.code ?? "" });
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
        {health.isError && <Failed error={health.error} again={() => void health.refetch()} />}
        <Form layout="vertical" onFinish={(asked: Asked) => void go(asked)} requiredMark={false} validateTrigger="onSubmit">
          {first && (
            <Form.Item name="tenant" label={t("sign.tenant")} rules={[{ required: true, message: t("sign.needed") }]}>
              <Input autoComplete="organization" />
            </Form.Item>
          )}
          <Form.Item name="login" label={t("sign.login")} rules={[{ required: true, message: t("sign.needed") }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          {first && (
            <Form.Item name="name" label={t("sign.person")} rules={[{ required: true, message: t("sign.needed") }]}>
              <Input autoComplete="name" />
            </Form.Item>
          )}
          <Form.Item name="password" label={t("sign.password")} extra={first ? t("sign.policy") : undefined} rules={[{ required: true, message: t("sign.needed") }]}>
            <Input type="password" autoComplete={first ? "new-password" : "current-password"} />
          </Form.Item>
          {!first && (
            <details open={second}>
              <summary>{t("sign.second")}</summary>
              <Form.Item name="code" label={t("sign.code")} extra={t("sign.code_about")}>
                <Input autoComplete="one-time-code" inputMode="numeric" />
              </Form.Item>
            </details>
          )}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t(first ? "sign.setup_go" : "sign.in")}
          </Button>
        </Form>
        {health.data?.oidc && !first && (
          <Button block href={`${API}/session/oidc`}>
            {t("sign.oidc")}
          </Button>
        )}
      </div>
    </main>
  );
}

/** A refusal that asks for the code of the second factor. */
function asksCode(error: ApiError): boolean {
  return error.status === 401 && /second|factor|code/i.test(String(error.problem.where?.needs ?? error.problem.code));
}
