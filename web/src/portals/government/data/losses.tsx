import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Panel } from "../../../shared/page";
import type { Loss } from "./types";

/** What would not be read, or is only a guess: each is accepted knowingly, or mended above. */
export function Losses({ of, accepted, accept }: { of: Loss[]; accepted: string[]; accept: (keys: string[]) => void }) {
  const { t } = useTranslation();
  const left = of.filter((one) => !accepted.includes(one.key));
  return (
    <Panel title={t("mapping.lost")} actions={left.length > 1 && <Button onClick={() => accept(of.map((one) => one.key))}>{t("mapping.accept_all")}</Button>}>
      <p className="quiet">{t("mapping.lost_about")}</p>
      <ul className="checks">
        {of.map((one) => (
          <li key={one.key}>
            <label>
              <input
                type="checkbox"
                checked={accepted.includes(one.key)}
                onChange={(event) => accept(event.target.checked ? [...accepted, one.key] : accepted.filter((other) => other !== one.key))}
              />{" "}
              {one.what}
            </label>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
