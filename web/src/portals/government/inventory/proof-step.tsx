import { useTranslation } from "react-i18next";
import { Link as Plain } from "react-router";
import { query } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Link } from "../../../shared/link";
import { Amount, count, full, short } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { lang, said } from "../../../shared/words";
import { Chosen } from "./chosen";
import { useProofAddress } from "./figure";
import { proofKey } from "./look";
import type { Cell, Input, Row, Step } from "./types";

const NAMES = ["entity", "period", "region", "sector", "activity", "equipment", "item", "part", "gas"];
const OF_CELL = ["entity", "period", "region", "sector", "item", "unit", "rule", "gas"];

/** One emission row: amount × coefficient (× GWP), what the coefficient is made of, and the rows of the file. */
export function OneStep({ step, of, unit, open, dataset }: { step: Step; of: string; unit: string; open: boolean; dataset?: string }) {
  const { t } = useTranslation();
  const address = useProofAddress();
  const dims = [...new Set(NAMES.filter((name) => step[name]).map((name) => step.names[name] || String(step[name])))];
  const cell: Cell = Object.fromEntries(OF_CELL.filter((name) => step[name]).map((name) => [name, String(step[name])]));
  const weighed = step.gwp !== 1;
  return (
    <details open={open}>
      <summary>
        <span>{dims.join(" · ")}</span>
        <strong>
          <Amount value={step.emission} unit={unit} /> t
        </strong>
      </summary>
      <div>
        <p>
          <strong>{said(step.title)}</strong> <span className="quiet">{lang() === "en" ? step.clause_en : step.clause}</span>
        </p>
        <p className="formula" title={`${full(step.amount)} × ${full(step.coefficient)}${weighed ? ` × ${full(step.gwp)}` : ""} = ${full(step.emission)}`}>
          {short(step.amount, 12)} {step.unit_said} × {short(step.coefficient, 12)} t {step.gas_said}/{step.unit_said}
          {weighed && ` × ${short(step.gwp, 12)}`} = {short(step.emission, 12)} {unit}
        </p>
        <p>
          {t("proof.coefficient")} = <span title={step.formula}>{step.formula_said}</span>
        </p>
        {step.inputs.map((one) => (
          <OneInput key={one.name} of={one} />
        ))}
        {weighed && step.gwp_source && (
          <p>
            GWP {step.gwp}: <Link to={`/gov/factors/${step.gwp_source.factor}`}>{step.gwp_source.cited}</Link>{" "}
            <Checked state={step.gwp_source.check} />
          </p>
        )}
        <FileRows rows={step.rows} total={step.row_count} dataset={dataset} />
        <p>
          <Plain to={address(proofKey(of, cell))}>{t("proof.alone")}</Plain> <Copy small text={linkOf(address(proofKey(of, cell)))} />
        </p>
      </div>
    </details>
  );
}

/** The whole address of a place in the application. */
const linkOf = ({ pathname, search }: { pathname: string; search: string }) => `${location.origin}${pathname}${search}`;

/** How a value was checked: what nobody checked says so. */
export function Checked({ state }: { state: string }) {
  const { t } = useTranslation();
  const kind = state === "recalled" || state === "reported" ? "warning" : state === "read" || state === "measured" ? "good" : "plain";
  return <Mark kind={kind}>{t(`factors.check.${state}`, { defaultValue: state })}</Mark>;
}

function OneInput({ of }: { of: Input }) {
  const { t } = useTranslation();
  const why = lang() === "en" ? of.why_en : of.why_zh;
  return (
    <div className="panel" style={{ padding: "8px 12px" }}>
      <div className="row between">
        <span>
          <span title={of.name}>{of.said}</span> = <Amount value={of.value} digits={12} plusMinus={of.uncertainty} /> {of.unit_said}
          {of.published && <span className="quiet"> ({t("proof.published", { value: of.published_said })})</span>}
        </span>
        <Checked state={of.check} />
      </div>
      <p>
        {of.factor ? <Link to={`/gov/factors/${of.factor}`}>{of.factor}</Link> : t("proof.stated")}
        {of.carried_from && <span className="quiet"> · {t("proof.carried", { year: of.carried_from })}</span>}
      </p>
      {of.cited && <p className="quiet">{of.document_address ? <Link to={documentOf(of.document_address)}>{of.cited}</Link> : of.cited}</p>}
      {of.read_said && (
        <p className="quiet">
          {t("factors.read_from")}: {of.read_said}
        </p>
      )}
      {why && <p>{why}</p>}
      {of.tried && of.tried.length > 0 && <Chosen tried={of.tried} />}
    </div>
  );
}

function FileRows({ rows, total, dataset }: { rows: Row[]; total: number; dataset?: string }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("proof.rows")}>
      <table className="plain">
        <caption className="quiet" style={{ textAlign: "left" }}>
          {t("proof.rows")} {total > rows.length && `(${count(rows.length)} / ${count(total)})`}
        </caption>
        <thead>
          <tr>
            {["file", "cell", "heading", "amount", "source"].map((name) => (
              <th key={name} scope="col" className={name === "amount" ? "right" : undefined}>
                {t(`proof.row.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              <td>{dataset ? <Link to={rowAddress(dataset, row.row)}>{row.file}</Link> : row.file}</td>
              <td>{row.cell || place(row)}</td>
              <td>{row.heading || "–"}</td>
              <td className="right">
                <Amount value={row.amount as number} digits={12} /> {row.unit_said ?? row.unit}
              </td>
              <td title={String(row.source ?? "")} style={{ maxWidth: 220 }}>
                {row.source || row.note || "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where a row stands of a file whose columns are not known: its sheet and row. */
const place = (row: Row) => [row.sheet, row.row].filter((one) => one !== undefined && one !== null && one !== "").join("!") || "–";

/** The page of a document from its address in the API. */
const documentOf = (address: string) => `/gov/factors/documents/${address.split("/").at(-1)}`;

/** The page of a data set with one row of its file in sight. */
const rowAddress = (dataset: string, row: unknown) => query(`/gov/data/${dataset}/rows`, { "where.rows": row ? [`__row=${String(row)}`] : [] });
