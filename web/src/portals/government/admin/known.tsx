import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Answer, get } from "../../../shared/api";
import { Mark } from "../../../shared/page";

export type Person = Answer<"/people/{name}">;
export type Role = { role: string; zh: string; en: string; permissions: string[] };

export const useRoles = () => useQuery({ queryKey: ["roles"], queryFn: () => get<Role[]>("/roles"), staleTime: Infinity });

export function State({ of: one }: { of: Person }) {
  const { t } = useTranslation();
  const locked = one.locked_until && Date.parse(one.locked_until) > Date.now();
  return (
    <span className="row">
      <Mark kind={one.state === "active" ? "good" : "warning"}>{t(`admin.${one.state}`, { defaultValue: one.state })}</Mark>
      {locked && <Mark kind="warning">{t("admin.locked")}</Mark>}
      {one.must_change && <Mark>{t("admin.must_change")}</Mark>}
    </span>
  );
}
