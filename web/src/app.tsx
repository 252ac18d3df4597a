import { App as Antd, ConfigProvider, Spin, theme } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes } from "react-router";
import { SignIn } from "./shared/sign-in";
import { useSession } from "./shared/session";
import { useTheme } from "./shared/theme";

const Government = lazy(() => import("./portals/government/portal"));

export function App() {
  const { i18n } = useTranslation();
  const { dark } = useTheme();
  const session = useSession();
  return (
    <ConfigProvider
      locale={i18n.language === "zh" ? zhCN : enUS}
      theme={{
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: { colorPrimary: "#0f6b5c", borderRadius: 4, fontSize: 14 },
      }}
    >
      <Antd>
        {session.waiting ? (
          <Spin fullscreen delay={200} />
        ) : session.me === null ? (
          <SignIn />
        ) : (
          <Suspense fallback={<Spin fullscreen delay={200} />}>
            <Routes>
              <Route path="/gov/*" element={<Government />} />
              <Route path="*" element={<Navigate to="/gov" replace />} />
            </Routes>
          </Suspense>
        )}
      </Antd>
    </ConfigProvider>
  );
}
