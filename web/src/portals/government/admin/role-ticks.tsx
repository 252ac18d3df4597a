import { useTranslation } from "react-i18next";
import { said } from "../../../shared/words";
import type { Role } from "./known";

/** Roles to tick. */
export function RoleTicks({ roles, held, change, disabled }: { roles: Role[]; held: string[]; change: (roles: string[]) => void; disabled?: boolean }) {
  const { t } = useTranslation();
  return (
    <fieldset className="ticks" disabled={disabled}>
      <legend>{t("admin.roles")}</legend>
      {roles.map((one) => (
        <label key={one.role}>
          <input
            type="checkbox"
            checked={held.includes(one.role)}
            onChange={(event) => change(event.target.checked ? [...held, one.role] : held.filter((other) => other !== one.role))}
          />{" "}
          {said(one)}
        </label>
      ))}
    </fieldset>
  );
}
