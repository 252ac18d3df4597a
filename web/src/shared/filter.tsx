import { Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, filterOf } from "./columns";
import { Icon } from "./icon";

/** The filter of a column: a text that its cells hold, or one of its values. */
export function Filter<R>({ column, where, change }: { column: Column<R>; where: string[]; change: (sign: "=" | "~", value: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const set = filterOf(where, column.key);
  const label = t("table.filter", { column: column.title });
  const choices = Array.isArray(column.filter) ? column.filter : null;
  const inner = choices ? (
    <select
      aria-label={label}
      value={set}
      autoFocus
      onChange={(event) => {
        change("=", event.target.value);
        setOpen(false);
      }}
    >
      <option value="">{t("table.every")}</option>
      {choices.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  ) : (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        change("~", String(new FormData(event.currentTarget).get("text") ?? ""));
        setOpen(false);
      }}
    >
      <input name="text" aria-label={label} placeholder={t("table.holds")} defaultValue={set} autoFocus />
      <button type="submit">{t("table.apply")}</button>
    </form>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" content={inner} destroyOnHidden>
      <button type="button" className={set ? "filter on" : "filter"} aria-label={label} aria-expanded={open}>
        <Icon name="filter" size={12} />
      </button>
    </Popover>
  );
}
