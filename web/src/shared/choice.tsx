import { Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon";

/** Something to be chosen: its name, and what tells it from others of that name. */
export type Option = { value: string; name: string; about?: string };

type Asked = { label: string; options: Option[]; width?: number; hint?: string };

const shown = (options: Option[]) => options.map(({ value, name, about }) => ({ value, label: name, about, title: [name, about].filter(Boolean).join(" · ") }));
type Shown = ReturnType<typeof shown>[number];
const holds = (typed: string, option?: Shown) => option !== undefined && typed.toLowerCase().split(/\s+/).every((part) => option.title.toLowerCase().includes(part));
const drawn = ({ data }: { data: Shown }) => (
  <span className="option">
    {data.label}
    {data.about && <small className="quiet">{data.about}</small>}
  </span>
);

const ICONS = { suffixIcon: <Icon name="down" size={14} />, removeIcon: <Icon name="close" size={12} />, menuItemSelectedIcon: <>✓</> };

/** One of many, found by typing any part of its name or of what is said of it. */
export function Choice({ label, options, width = 360, hint, value, change }: Asked & { value: string; change: (value: string) => void }) {
  const { t } = useTranslation();
  const about = options.find((one) => one.value === value)?.about;
  return (
    <div className="field choice">
      <label>
        {label}
        <Select<string, Shown>
          {...ICONS} showSearch={{ filterOption: holds }} aria-label={label} value={value || undefined} onChange={change} options={shown(options)} optionRender={drawn} placeholder={hint ?? t("choice.find")}
          notFoundContent={t("choice.none")} style={{ width, maxWidth: "100%" }} popupMatchSelectWidth={Math.max(width, 420)}
        />
      </label>
      {about && <small className="quiet">{about}</small>}
    </div>
  );
}

const SEPARATORS = /[,，、]/;

/** Several of many; with `own` also what is typed and stands in no list. A form is not sent while one that is needed is empty. */
export function Choices({ label, options, width = 480, hint, values, change, own = false, needed = false }: Asked & { values: string[]; change: (values: string[]) => void; own?: boolean; needed?: boolean }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [typed, type] = useState("");
  const listed = shown(options);
  const known = (value: string) => values.includes(value) || listed.some((one) => one.value === value);
  const fresh = own && typed !== "" && !listed.some((one) => one.value === typed || one.label === typed) ? shown([{ value: typed, name: typed }]) : [];
  const lacking = needed && values.length === 0 ? t("choice.needed") : "";
  useEffect(() => box.current?.querySelector("input")?.setCustomValidity(lacking), [lacking]);
  function take(next: string[]) {
    type("");
    change([...new Set(next.flatMap((one) => (known(one) ? [one] : one.split(SEPARATORS).map((part) => part.trim()).filter(Boolean))))]); // prettier-ignore
  }
  return (
    <div className="field choice" ref={box}>
      <label>
        {label}
        <Select<string[], Shown>
          {...ICONS} mode="multiple" showSearch={{ filterOption: holds, onSearch: (text) => type(text.trim()) }} aria-label={label} aria-required={needed} value={values} onChange={take}
          onBlur={() => fresh.length > 0 && !listed.some((one) => holds(typed, one)) && take([...values, typed])} options={[...listed, ...fresh]} optionRender={drawn}
          placeholder={hint ?? t("choice.find")} notFoundContent={own ? null : t("choice.none")} style={{ width, maxWidth: "100%" }} popupMatchSelectWidth={Math.max(width, 420)}
        />
      </label>
    </div>
  );
}
