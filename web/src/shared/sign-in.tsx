import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Form, Input, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post } from "./api";
import { useSession } from "./session";
import { speak } from "./words";

type Asked = { tenant?: string; login: string; name?: string; password: string };

export function SignIn() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const session = useSession();
  const health = useQuery({ queryKey: ["health"], queryFn: () => get<{ setup: boolean }>("/health") });
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const first = health.data?.setup ?? false;

  async function go(asked: Asked) {
    setBusy(true);
    say("");
    try {
      if (first) {
        await post("/setup", asked);
        await client.invalidateQueries({ queryKey: ["health"] });
      }
      await session.enter({ login: asked.login, password: asked.password });
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Flex justify="center" align="center" style={{ minHeight: "100%", padding: 24 }} component="main">
      <Card style={{ width: 400 }}>
        <Flex justify="space-between" align="baseline">
          <Typography.Title level={1} style={{ fontSize: 28, marginTop: 0 }}>
            {t("name")}
          </Typography.Title>
          <Button type="link" onClick={() => speak(i18n.language === "zh" ? "en" : "zh")}>
            {i18n.language === "zh" ? "English" : "中文"}
          </Button>
        </Flex>
        {first && <Alert type="info" showIcon title={t("setup.about")} style={{ marginBottom: 16 }} />}
        {said && <Alert type="error" showIcon title={said} style={{ marginBottom: 16 }} role="alert" />}
        <Form layout="vertical" onFinish={go} requiredMark={false}>
          {first && (
            <Form.Item name="tenant" label={t("setup.tenant")} rules={[{ required: true }]}>
              <Input />
            </Form.Item>
          )}
          <Form.Item name="login" label={t("sign.login")} rules={[{ required: true }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          {first && (
            <Form.Item name="name" label={t("setup.person")} rules={[{ required: true }]}>
              <Input autoComplete="name" />
            </Form.Item>
          )}
          <Form.Item name="password" label={t("sign.password")} rules={[{ required: true }]}>
            <Input.Password autoComplete={first ? "new-password" : "current-password"} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t(first ? "setup.go" : "sign.in")}
          </Button>
        </Form>
      </Card>
    </Flex>
  );
}
