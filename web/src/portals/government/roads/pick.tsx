import { type ComponentProps, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Choice } from "./types";

const OWN = "\u0000";

type Asked = {
  value: string;
  change: (value: string) => void;
  /** None: it is typed. Not known yet (null): there is nothing to choose so far. */
  choices: Choice[] | null;
  /** The word for no choice; null where there is always one. */
  empty: string | null;
  /** How the field looks in which something that stands in no list is typed; null where only the list will do. */
  own: ComponentProps<"input"> | null;
  required?: boolean;
  "aria-label"?: string;
};

/** One of a list, or something else that is typed; emptied, the field becomes the list again. */
export function Pick({ value, change, choices, empty, own, ...given }: Asked) {
  const { t } = useTranslation();
  const [typed, type] = useState(false);
  const known = choices?.some((one) => one.value === value) ?? false;
  if (own && (typed || choices?.length === 0)) {
    return <input {...given} {...own} value={value} autoFocus={typed} onChange={(event) => change(event.target.value)} onBlur={() => (value === "" || known) && type(false)} />;
  }
  const shown = value === "" || known ? (choices ?? []) : [...(choices ?? []), { value, word: value }];
  return (
    <select {...given} value={value} onChange={(event) => (event.target.value === OWN ? type(true) : change(event.target.value))}>
      {empty !== null && <option value="">{empty}</option>}
      {shown.map((one) => (
        <option key={one.value} value={one.value}>
          {one.word}
        </option>
      ))}
      {own && <option value={OWN}>{t("roads.own")}</option>}
    </select>
  );
}
