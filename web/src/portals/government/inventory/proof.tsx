import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Drawer } from "../../../shared/drawer";
import { Amount, count, full, useUnit } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Answered, Empty, Partial } from "../../../shared/states";
import { proofPath } from "./look";
import { useNames } from "./names";
import { Made, MethodOf } from "./proof-ends";
import { OneStep } from "./proof-step";
import type { Proof } from "./types";
import { Tonnes } from "../../../shared/numbers";

/** The drawer in which every number shows what stands behind it; its key stands in the address. */
export function ProofDrawer() {
  const { t } = useTranslation();
  return (
    <Drawer name="proof" title={t("proof.title")} width={760}>
      {(key) => <Opened of={key} />}
    </Drawer>
  );
}

function Opened({ of }: { of: string }) {
  const { t } = useTranslation();
  const path = proofPath(of);
  const found = useQuery({ queryKey: ["proof", path], queryFn: () => get<Proof>(path ?? ""), enabled: path !== null });
  if (!path) return <Empty title={t("proof.none")} hint={t("proof.none_hint")} />;
  return <Answered of={found}>{(proof) => <Chain proof={proof} of={of.split("?")[0] ?? ""} />}</Answered>;
}

function Chain({ proof, of }: { proof: Proof; of: string }) {
  const { t } = useTranslation();
  const { unit } = useUnit(gas(proof.unit));
  const named = useNames();
  const cell = Object.entries(proof.cell);
  return (
    <div className="proof">
      <div className="headline">
        <div>
          <span>{proof.memo ? t("proof.memo") : t("proof.value")}</span>
          <span className="figure large">
            <Tonnes value={proof.value} />
          </span>{" "}
          <small>{unit}</small>
          <p className="quiet">
            {full(proof.value)} {proof.unit}
            {proof.gwp && ` · GWP ${proof.gwp}`}
          </p>
        </div>
        <Copy small />
      </div>
      {cell.length > 0 && (
        <div className="row">
          {cell.map(([name, value]) => (
            <Mark key={name}>
              {t(`dim.${name}`, { defaultValue: name })}: {proof.cell_names[name]?.join(", ") ?? value}
            </Mark>
          ))}
        </div>
      )}
      {proof.unmatched_count > 0 && <Partial>{t(proof.undecided.length > 0 ? "proof.unplaced" : "proof.unmatched", { count: proof.unmatched_count })}</Partial>}
      <section>
        <h3>{t("proof.steps", { shown: count(proof.step_count) })}</h3>
        {proof.step_count > proof.steps.length && <p className="quiet">{t("proof.first", { count: proof.steps.length })}</p>}
        {proof.steps.map((step, place) => (
          <OneStep key={place} step={step} of={of} unit={proof.unit} open={proof.steps.length === 1} dataset={proof.made?.dataset.id} />
        ))}
      </section>
      {proof.unmatched.length > 0 && (
        <section>
          <h3>{t("proof.left")}</h3>
          <ul>
            {proof.unmatched.map((one, place) => (
              <li key={place}>
                {named("item", String(one.item ?? ""))} <Amount value={one.amount as number} /> {String(one.unit_said ?? one.unit ?? "")} · {String(one.reason ?? one.reason_zh ?? one.code ?? "")}
              </li>
            ))}
          </ul>
        </section>
      )}
      <MethodOf method={proof.method} />
      {proof.made && <Made made={proof.made} />}
      <p className="quiet">
        {t("proof.digest")} <code>{proof.digest.slice(0, 16)}</code>
      </p>
    </div>
  );
}

/** `CO2e` of `t CO2e`. */
export const gas = (unit: string) => unit.replace(/^t /, "");
