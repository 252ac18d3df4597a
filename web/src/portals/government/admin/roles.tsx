import { useTranslation } from "react-i18next";
import { Panel } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { said } from "../../../shared/words";
import { useWords } from "../inventory/words";
import { useRoles } from "./known";

/** What each role may do. */
export default function Roles() {
  const { t } = useTranslation();
  const found = useRoles();
  const words = useWords();
  return (
    <Panel>
      <p className="quiet">{t("admin.apart")}</p>
      <Answered of={found}>
        {(roles) => {
          const permissions = [...new Set(roles.flatMap((one) => one.permissions))].sort();
          return (
            <div className="scroll" tabIndex={0} role="region" aria-label={t("admin.roles")}>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t("admin.permission")}</th>
                    {roles.map((one) => (
                      <th key={one.role} scope="col">
                        {said(one)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {permissions.map((permission) => (
                    <tr key={permission}>
                      <th scope="row">{words.permission(permission)}</th>
                      {roles.map((one) => (
                        <td key={one.role}>{one.permissions.includes(permission) ? <span aria-label={t("state.yes")}>✓</span> : ""}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Answered>
    </Panel>
  );
}
