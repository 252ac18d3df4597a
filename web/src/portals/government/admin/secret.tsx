import { useTranslation } from "react-i18next";
import { Copy } from "../../../shared/copy";

/** Something that is shown this once. */
export function Secret({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  return (
    <div className="secret">
      <small className="quiet">
        {label} · {t("admin.once")}
      </small>
      <div className="row between">
        <code>{text}</code>
        <Copy text={text} label={t("state.copy")} small />
      </div>
    </div>
  );
}
