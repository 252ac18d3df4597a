import { Button, Dropdown, Popover } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePick } from "./address";
import { Icon, type IconName } from "./icon";
import { PlaceName } from "./names";
import { useSession } from "./session";
import { Loading } from "./states";
import { joined } from "./words";

const Areas = lazy(() => import("./areas"));

/** Category lists by which an inventory can be read; a run offers those that its method fills. */
export const STANDARDS = ["provincial2011", "gpc", "ipcc2006", "iso14064", "crf"] as const;

function Shown({ icon, name, children }: { icon: IconName; name: string; children: ReactNode }) {
  return (
    <>
      <Icon name={icon} />
      <span className="picker-name">{name}</span> {children}
    </>
  );
}

/** Where: a region or one of its parks and enterprises. */
export function AreaPicker() {
  const { t } = useTranslation();
  const [area, pick] = usePick("area");
  const [open, setOpen] = useState(false);
  const { me } = useSession();
  const entities = me?.areas.filter((one) => one.kind === "entity") ?? [];
  const chosen = (code: string) => {
    pick(code);
    setOpen(false);
  };
  const list = (
    <Suspense fallback={<Loading lines={3} />}>
      <Areas chosen={area} choose={chosen} />
    </Suspense>
  );
  if (me && entities.length > 0 && entities.length === me.areas.length) {
    return (
      <span className="row picked">
        <Shown icon="place" name={t("frame.area")}>
          {joined(entities.map((one) => one.code ?? ""))}
        </Shown>
      </span>
    );
  }
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" content={list} destroyOnHidden>
      <Button type="text" aria-expanded={open}>
        <Shown icon="place" name={t("frame.area")}>
          {area ? <PlaceName region={area} /> : t("frame.all_areas")}
        </Shown>
      </Button>
    </Popover>
  );
}

/** When: a year, or from a year to another. */
export function PeriodPicker() {
  const { t } = useTranslation();
  const [period, pick] = usePick("period");
  const [open, setOpen] = useState(false);
  const [first = "", last = ""] = period.split("-");
  const form = (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const asked = new FormData(event.currentTarget);
        pick(periodOf(String(asked.get("first") ?? ""), String(asked.get("last") ?? "")));
        setOpen(false);
      }}
    >
      <label>
        {t("frame.first_year")} <input name="first" type="number" min={1900} max={2200} defaultValue={first} autoFocus />
      </label>
      <label>
        {t("frame.last_year")} <input name="last" type="number" min={1900} max={2200} defaultValue={last || first} />
      </label>
      <div className="row between">
        <button type="button" onClick={() => (pick(""), setOpen(false))}>
          {t("frame.all_periods")}
        </button>
        <button type="submit">{t("table.apply")}</button>
      </div>
    </form>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" content={form} destroyOnHidden>
      <Button type="text" aria-expanded={open}>
        <Shown icon="time" name={t("frame.period")}>
          {period || t("frame.all_periods")}
        </Shown>
      </Button>
    </Popover>
  );
}

/** `2021`, `2011-2021`, or nothing; years in the wrong order are turned. */
export function periodOf(first: string, last: string): string {
  const years = [first, last].filter((one) => /^\d{4}$/.test(one)).sort();
  return years[0] === years.at(-1) ? (years[0] ?? "") : years.join("-");
}

/** Whether a day, month or year lies within what is picked. */
export function within(period: string, day: string | null | undefined): boolean {
  if (!period || !day) return true;
  const [first = "", last = first] = period.split("-");
  const year = day.slice(0, 4);
  return first <= year && year <= last;
}

function Choice({ name, icon, label, choices }: { name: "standard" | "unit"; icon: IconName; label: string; choices: { key: string; label: string }[] }) {
  const [picked, pick] = usePick(name);
  const chosen = choices.find((one) => one.key === picked) ?? choices[0];
  return (
    <Dropdown trigger={["click"]} menu={{ items: choices, selectable: true, selectedKeys: chosen ? [chosen.key] : [], onClick: ({ key }) => pick(key === choices[0]?.key ? "" : key) }}>
      <Button type="text">
        <Shown icon={icon} name={label}>
          {chosen?.label}
        </Shown>
      </Button>
    </Dropdown>
  );
}

/** By which standard's categories. */
export function StandardPicker() {
  const { t } = useTranslation();
  const choices = [{ key: "", label: t("standard.own") }, ...STANDARDS.map((key) => ({ key, label: t(`standard.${key}`) }))];
  return <Choice name="standard" icon="standard" label={t("frame.standard")} choices={choices} />;
}

/** In which unit. */
export function UnitPicker() {
  const { t } = useTranslation();
  const choices = ["wan", "t", "yi"].map((key) => ({ key, label: t(`unit.${key}`) }));
  return <Choice name="unit" icon="inventory" label={t("frame.unit")} choices={choices} />;
}
