import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Panel } from "../../../shared/page";
import type { Loss } from "./types";

const GROUPS = [
  { read: false, word: "lost" },
  { read: true, word: "open" },
] as const;

/** What would not be read, and the names whose rows are read without a sure meaning: each is accepted knowingly, or mended above. */
export function Losses({ of, accepted, accept }: { of: Loss[]; accepted: string[]; accept: (keys: string[]) => void }) {
  const { t } = useTranslation();
  const left = of.filter((one) => !accepted.includes(one.key));
  return (
    <Panel title={t("mapping.to_accept")} actions={left.length > 1 && <Button onClick={() => accept(of.map((one) => one.key))}>{t("mapping.accept_all")}</Button>}>
      {GROUPS.map(({ read, word }) => {
        const held = of.filter((one) => one.read === read);
        return held.length > 0 && (
          <section key={word} aria-label={t(`mapping.${word}`)}>
            <h3>{t(`mapping.${word}`)}</h3>
            <p className="quiet">{t(`mapping.${word}_about`)}</p>
            <ul className="checks">
              {held.map((one) => (
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
          </section>
        );
      })}
    </Panel>
  );
}
