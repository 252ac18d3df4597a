import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, type Page, query } from "./api";
import { useRegion } from "./names";
import { said } from "./words";

const MOST = 40;
type Found = { code: string; name_zh: string; name_en: string };
type Asked = { label: string; name?: string; given?: string; required?: boolean; about?: string; bare?: boolean; change?: (text: string) => void };

/** A region by its code or its name: a few letters bring up those that fit, and the one that stands there is named. */
export function RegionField({ label, name, given = "", required = false, about = "", bare = false, change }: Asked) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(given);
  const asked = text.trim();
  const found = useQuery({
    queryKey: ["regions", asked, MOST],
    enabled: asked !== "",
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => get<Page<Found>>(query("/regions", { q: asked, limit: MOST }), signal),
  });
  const code = /^CN(-\d+)?$/.test(asked) ? asked : "";
  const called = useRegion(code);
  const hint = code && called !== code ? called : about;
  const input = (
    <input
      name={name} value={text} required={required} maxLength={60} list={id} autoComplete="off" placeholder={t("frame.region_hint")} aria-label={bare ? label : undefined} title={hint}
      onChange={(event) => {
        setText(event.target.value);
        change?.(event.target.value);
      }}
    />
  );
  const options = (
    <datalist id={id}>
      {found.data?.rows.map((one) => <option key={one.code} value={one.code} label={said({ zh: one.name_zh, en: one.name_en })} />)}
    </datalist>
  );
  const named = hint && <small className="quiet">{hint}</small>;
  if (bare) {
    return (
      <span className="region-field">
        {input}
        {options}
        {named}
      </span>
    );
  }
  return (
    <label>
      {label}
      {input}
      {options}
      {named}
    </label>
  );
}
