import { useTranslation } from "react-i18next";
import { short, useUnit } from "../../../shared/numbers";
import { type Lever, type Moves, type Panel, stands, type Total } from "./levers";

const MONEY = 1e8;

type Asked = {
  panel: Panel;
  total: Total | null;
  year: number;
  standing: Record<string, number | number[]>;
  plan: boolean;
  moved: Moves;
  move: (lever: Lever, depth: string) => void;
};

/** One slider for each lever, with a field for its number, what it does in full and what it does now. */
export function LeverList({ panel, total, year, standing, plan, moved, move }: Asked) {
  const { t } = useTranslation();
  return (
    <ul className="lever-list" tabIndex={0} aria-label={t("levers.levers")}>
      {panel.levers.map((one) => (
        <LeverRow key={one.id} of={one} panel={panel} total={total} year={year} depth={stands(standing[one.id])} by_plan={plan && moved[one.id] === undefined} move={(depth) => move(one, depth)} />
      ))}
    </ul>
  );
}

type Row = { of: Lever; panel: Panel; total: Total | null; year: number; depth: number; by_plan: boolean; move: (depth: string) => void };

function LeverRow({ of, panel, total, year, depth, by_plan, move }: Row) {
  const { t } = useTranslation();
  const { value } = useAmount(panel);
  const money = useMoney();
  const given = { min: 0, max: 100, step: of.whole ? 100 : 1, value: depth, onChange: (event: { target: { value: string } }) => move(event.target.value) };
  const at = total ? total.years.indexOf(year) : -1;
  const now = total?.levers.find((one) => one.id === of.id);
  const said = [
    t("levers.done", { from: of.begins, to: of.done }),
    t("levers.full", { leaf: of.leaf, most: of.most }),
    of.cost ? t("levers.priced", { cost: money(of.cost) }) : t("levers.free"),
    of.bound,
  ].filter(Boolean);
  const told = now ? t("levers.taken", { year, less: value(now.less[at] ?? null), cost: money(now.cost[at] ?? null) }) : t("levers.not_taken");
  return (
    <li className={depth > 0 ? "lever on" : "lever"}>
      <div className="row between">
        <strong title={of.id}>{of.title}</strong>
        <span className="lever-number">
          <input type="number" {...given} step="any" aria-label={t("levers.depth", { name: of.title })} /> %
        </span>
      </div>
      <input type="range" {...given} aria-label={of.title} aria-valuetext={`${depth} %`} />
      <p className="note">
        {told}
        {by_plan && now && <> · {t("levers.by_plan")}</>}
      </p>
      <p className="quiet note" title={of.source}>
        {said.join(" · ")}
      </p>
    </li>
  );
}

/** An amount of the tree in the unit that was picked, where it is a mass. */
export function useAmount(panel: Panel): { scale: number; unit: string; value: (amount: number | null | undefined) => string } {
  const picked = useUnit(panel.gas);
  const scale = panel.tonnes === null ? 1 : picked.scale / panel.tonnes;
  const unit = panel.tonnes === null ? panel.unit : picked.unit;
  return { scale, unit, value: (amount) => joined(short(amount === null || amount === undefined ? null : amount / scale), unit) };
}

/** Money in 10⁸ CNY. */
export function useMoney(): (amount: number | null | undefined) => string {
  const { t } = useTranslation();
  return (amount) => joined(inMoney(amount), t("levers.money"));
}

export const inMoney = (amount: number | null | undefined): string => short(amount === null || amount === undefined ? null : amount / MONEY, 3, 1);

/** A number with its unit; a power of ten is multiplied. */
const joined = (value: string, unit: string): string => `${value} ${unit.startsWith("10") ? "× " : ""}${unit}`;
