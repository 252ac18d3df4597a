import { useQueryClient } from "@tanstack/react-query";
import { App as Antd, ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useLocation, useSearchParams } from "react-router";
import { kept, usePick } from "./shared/address";
import { onEnd } from "./shared/api";
import { useSession } from "./shared/session";
import { Failed, Loading } from "./shared/states";
import { design, paint, useTheme } from "./shared/theme";
import { lang, speak, wanted } from "./shared/words";

const Government = lazy(() => import("./portals/government/portal"));
const SignIn = lazy(() => import("./shared/sign-in"));

export function App() {
  const { i18n } = useTranslation();
  const { dark } = useTheme();
  useFollow();
  return (
    <ConfigProvider locale={i18n.language === "zh" ? zhCN : enGB} theme={design(dark)} button={{ autoInsertSpace: false }}>
      <Antd style={{ height: "100%" }}>
        <Suspense fallback={<Loading />}>
          <Signed />
        </Suspense>
      </Antd>
    </ConfigProvider>
  );
}

function Signed() {
  const session = useSession();
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const [search] = useSearchParams();
  useEffect(
    () =>
      onEnd(() => {
        if (client.getQueryData(["session"])) {
          setEnded(true);
          client.setQueryData(["session"], null);
        }
      }),
    [client],
  );
  if (session.waiting) return <Loading />;
  if (session.error) return <Failed error={session.error} again={() => location.reload()} />;
  if (session.me === null) return <SignIn ended={ended} />;
  return (
    <Routes>
      <Route path="/gov/*" element={<Government />} />
      <Route path="*" element={<Navigate to={kept("/gov", search)} replace />} />
    </Routes>
  );
}

/** Language and theme follow the address; what the server says is asked for again in the other language. */
function useFollow() {
  const client = useQueryClient();
  const { i18n } = useTranslation();
  const { search } = useLocation();
  const [picked] = usePick("lang");
  useEffect(() => paint(), [search]);
  useEffect(() => {
    if (picked && lang() !== wanted()) void speak(wanted());
  }, [picked]);
  useEffect(() => {
    const again = () => {
      client.removeQueries({ type: "inactive" });
      void client.invalidateQueries();
    };
    i18n.on("languageChanged", again);
    return () => i18n.off("languageChanged", again);
  }, [i18n, client]);
}
