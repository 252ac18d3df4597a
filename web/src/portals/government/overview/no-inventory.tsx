import { useTranslation } from "react-i18next";
import { usePick } from "../../../shared/address";
import { Link } from "../../../shared/link";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";

/** Where there is no inventory to look at: what this person may do about it, or who does it. */
export function NoInventory({ links = true }: { links?: boolean }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [area] = usePick("area");
  const [period] = usePick("period");
  const hint = area || period ? "inventory.none_here" : may("run.create") ? "overview.none_hint" : may("data.write") ? "overview.none_write" : "inventory.none_read";
  return (
    <Empty title={t("overview.none")} hint={t(hint)}>
      {links && may("data.write") && <Link to="/gov/data/upload">{t("inventory.upload")}</Link>}
      {links && may("run.create") && <Link to="/gov/inventory/new">{t("inventory.new")}</Link>}
    </Empty>
  );
}
