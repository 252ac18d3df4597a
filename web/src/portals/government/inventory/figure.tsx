import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { Amount, Tonnes } from "../../../shared/numbers";
import { proofKey } from "./look";
import type { Cell } from "./types";

type Asked = {
  /** `runs/ID` or `releases/NUMBER`. */
  of: string;
  cell?: Cell;
  gwp?: string;
  value: number | string | null | undefined;
  plusMinus?: number | null;
  large?: boolean;
  /** Not scaled by the unit that is picked. */
  plain?: boolean;
};

/** A number that opens its proof. What is unknown, and a cell of which a part has no name, has none. */
export function Figure({ of, cell = {}, gwp, value, plusMinus, large, plain }: Asked) {
  const { t } = useTranslation();
  const address = useProofAddress();
  const drawn = plain ? <Amount value={value} plusMinus={plusMinus} /> : <Tonnes value={value} plusMinus={plusMinus} />;
  if (typeof value !== "number" || Object.values(cell).some((one) => one === "")) return large ? <span className="figure large">{drawn}</span> : drawn;
  return (
    <Link to={address(proofKey(of, cell, gwp))} className={large ? "figure large" : "figure"} aria-description={t("proof.open")}>
      {drawn}
    </Link>
  );
}

/** The address of this page with the drawer of a proof open. */
export function useProofAddress(): (key: string) => { pathname: string; search: string } {
  const { pathname, search } = useLocation();
  return (key) => {
    const made = new URLSearchParams(search);
    if (key) made.set("proof", key);
    else made.delete("proof");
    return { pathname, search: `?${made}` };
  };
}
