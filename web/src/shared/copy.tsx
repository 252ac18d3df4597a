import { App, Button } from "antd";
import { useTranslation } from "react-i18next";

/** Copies a text; the address of this view where none is given. */
export function Copy({ text, label, small }: { text?: string; label?: string; small?: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  async function copy() {
    const what = text ?? location.href;
    try {
      await navigator.clipboard.writeText(what);
      message.success(t("state.copied"));
    } catch {
      window.prompt(t("state.copy"), what);
    }
  }
  return (
    <Button size={small ? "small" : "middle"} onClick={() => void copy()}>
      {label ?? t("state.copy_link")}
    </Button>
  );
}
