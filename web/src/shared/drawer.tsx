import { Drawer as Side } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "./address";
import { Icon } from "./icon";

/** A drawer whose content stands in the address (`?proof=…`), so that it can be sent as a link. */
export function Drawer({ name, title, width = 640, children }: { name: string; title: ReactNode; width?: number; children: (value: string) => ReactNode }) {
  const { t } = useTranslation();
  const [value, set] = useParam(name);
  return (
    <Side open={value !== ""} onClose={() => set("")} title={title} size={Math.min(width, window.innerWidth)} destroyOnHidden closeIcon={<Icon name="close" />} closable={{ "aria-label": t("state.close") }}>
      {value && children(value)}
    </Side>
  );
}

/** Open a drawer: `const open = useDrawer("proof"); open("item=coal")`. */
export const useDrawer = (name: string) => useParam(name)[1];
