import { Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** The year that is shown; plays through them on a press, never by itself. */
export function Slider({ years, year, change }: { years: string[]; year: string; change: (year: string) => void }) {
  const { t } = useTranslation();
  const [plays, setPlays] = useState(false);
  const place = years.indexOf(year);
  useEffect(() => {
    if (!plays) return;
    const next = years[place + 1];
    const wait = setTimeout(() => (next ? change(next) : setPlays(false)), 900);
    return () => clearTimeout(wait);
  }, [plays, place, years, change]);
  if (years.length < 2) return <strong>{year}</strong>;
  const play = () => {
    if (!plays && place >= years.length - 1) change(years[0] ?? "");
    setPlays(!plays);
  };
  return (
    <div className="row map-slide">
      <Button onClick={play} aria-pressed={plays} size="small">
        {t(plays ? "map.stop" : "map.play")}
      </Button>
      <input type="range" min={0} max={years.length - 1} value={place} onChange={(event) => change(years[Number(event.target.value)] ?? "")} aria-label={t("dim.period")} aria-valuetext={year} style={{ flex: 1 }} />
      <strong>{year}</strong>
    </div>
  );
}
