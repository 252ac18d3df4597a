import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { unreachable } from "./api";
import { Notice } from "./states";

/** One sentence while the server cannot be reached, with the way to ask again for all that is missing. */
export function Connection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const cut = () => cache.findAll({ type: "active" }).some(({ state }) => unreachable(state.error ?? state.fetchFailureReason));
  const shown = useSyncExternalStore((tell) => cache.subscribe(tell), cut);
  if (!shown) return null;
  const again = () => void client.refetchQueries({ type: "active", predicate: ({ state }) => unreachable(state.error ?? state.fetchFailureReason) });
  return (
    <div className="connection">
      <Notice kind="error" role="alert" action={<Button onClick={again}>{t("state.again")}</Button>}>
        {t("state.cut")}
      </Notice>
    </div>
  );
}
