import { useTranslation } from "react-i18next";
import { useParam, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { Page, Panel } from "../../../shared/page";
import { DoubtTable } from "./table";

/** What the checks found in the newest data sets and inventories: one worklist, cleared in one place. */
export default function Doubts() {
  const { t } = useTranslation();
  const [area] = usePick("area");
  const [run] = useParam("run");
  const [dataset] = useParam("dataset");
  const [check] = useParam("source_check");
  const where = [area && `region~${area}`, dataset && `dataset=${dataset}`, check && `source_check=${check}`].filter(Boolean);
  return (
    <Page title={t("section.doubts")} about={t("doubt.about")} actions={(run || dataset || check) && <Link to="/gov/doubts">{t("overview.see_all")}</Link>}>
      <Panel>
        <DoubtTable path={query("/doubts", { run, where })} name="doubts" clean={t("doubt.none")} hint={t("doubt.none_hint")} />
      </Panel>
    </Page>
  );
}
