import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import type { Choice, Layer } from "./types";

/** Which sector and which gas the map shows. */
export function Cuts({ layer }: { layer: Layer }) {
  return (
    <span className="row">
      <Cut name="sector" choices={layer.choices?.sector ?? []} />
      <Cut name="gas" choices={layer.choices?.gas ?? []} />
    </span>
  );
}

function Cut({ name, choices }: { name: "sector" | "gas"; choices: Choice[] }) {
  const { t } = useTranslation();
  const [chosen, choose] = useParam(name);
  if (choices.length < 2 && !chosen) return null;
  return (
    <select value={chosen} onChange={(event) => choose(event.target.value)} aria-label={t(`dim.${name}`)} style={{ maxWidth: 180 }}>
      <option value="">{t(`map.every.${name}`)}</option>
      {choices.map((one) => (
        <option key={one.code} value={one.code}>
          {one.name}
        </option>
      ))}
    </select>
  );
}
