import { useTranslation } from "react-i18next";
import { usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Page, Panel } from "../../../shared/page";
import { DoubtTable } from "./table";

/** What the checks found in the newest data sets and inventories: one worklist, cleared in one place. */
export default function Doubts() {
  const { t } = useTranslation();
  const [area] = usePick("area");
  return (
    <Page title={t("section.doubts")} about={t("doubt.about")}>
      <Panel>
        <DoubtTable path={query("/doubts", { where: area ? [`region~${area}`] : [] })} name="doubts" clean={t("doubt.none")} hint={t("doubt.none_hint")} />
      </Panel>
    </Page>
  );
}
