import { Button, Dropdown, Flex, Layout, Menu, Switch, theme } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { useSession } from "./session";
import { setDark, useTheme } from "./theme";
import { speak } from "./words";

export type Section = { path: string; word: string; permission?: string };

/** The frame of a portal: sections at the left; area, language, theme and person at the top. */
export function Frame({ base, sections, children }: { base: string; sections: Section[]; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const { me, may, leave } = useSession();
  const { dark } = useTheme();
  const { token } = theme.useToken();
  const go = useNavigate();
  const here = useLocation().pathname.slice(base.length).split("/")[1] ?? "";
  const shown = sections.filter((one) => one.permission === undefined || may(one.permission));
  return (
    <Layout style={{ minHeight: "100%" }}>
      <Layout.Sider width={200} theme={dark ? "dark" : "light"} breakpoint="lg" collapsedWidth={0}>
        <div style={{ padding: "16px 24px", fontSize: 20, fontWeight: 600, color: token.colorPrimary }}>{t("name")}</div>
        <nav aria-label={t("frame.sections")}>
          <Menu
            selectedKeys={[here]}
            theme={dark ? "dark" : "light"}
            items={shown.map((one) => ({ key: one.path, label: t(one.word) }))}
            onClick={({ key }) => void go(`${base}/${key}`)}
          />
        </nav>
      </Layout.Sider>
      <Layout>
        <Layout.Header style={{ background: token.colorBgContainer, padding: "0 24px" }}>
          <Flex justify="end" align="center" gap={16} style={{ height: "100%" }}>
            <Switch checked={dark} onChange={setDark} aria-label={t("frame.dark")} size="small" />
            <Button type="text" onClick={() => speak(i18n.language === "zh" ? "en" : "zh")}>
              {i18n.language === "zh" ? "English" : "中文"}
            </Button>
            <Dropdown menu={{ items: [{ key: "leave", label: t("sign.out"), onClick: () => void leave() }] }}>
              <Button type="text">{me?.name}</Button>
            </Dropdown>
          </Flex>
        </Layout.Header>
        <Layout.Content style={{ padding: 24 }} role="main">
          {children}
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
