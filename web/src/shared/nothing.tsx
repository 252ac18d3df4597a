import { useTranslation } from "react-i18next";
import { Page } from "./page";
import { Empty } from "./states";

/** The page of an address that leads nowhere. */
export function Nothing() {
  const { t } = useTranslation();
  return (
    <Page title={t("frame.nothing")}>
      <Empty title={t("frame.nothing")} hint={t("frame.nothing_hint")} />
    </Page>
  );
}
