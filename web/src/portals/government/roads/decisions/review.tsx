import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../../../../shared/api";
import { Link } from "../../../../shared/link";
import { percent, when } from "../../../../shared/numbers";
import { useSession } from "../../../../shared/session";
import { Answered, Failed } from "../../../../shared/states";
import { newestOf, useAnalyses, useAnalysis } from "../ask";
import type { Road } from "../types";
import { DECIDES, type DecisionRow } from "./ask";

type Outcome = { number: number; year: number; skill: number | null; against_plan: { delivered: number | null } | null };

/** Decisions for which a later year was observed: what the review found of each is signed here. */
export function ReviewForm({ road, due }: { road: Road; due: DecisionRow[] }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const newest = newestOf(road);
  const made = useAnalyses(road.id, "review");
  const last = made.data?.rows.find((one) => !one.laid_over && one.version === newest.number)?.id ?? "";
  const found = useAnalysis(last);
  if (!made.data) return null;
  return (
    <section className="sheet no-print decide">
      <h3>{t("decisions.review", { count: due.length })}</h3>
      {last === "" ? (
        <p>
          {t("decisions.review_first", { numbers: due.map((one) => one.number).join(", ") })} <Link to={`/gov/roads/${newest.id}/deviation?kind=review`}>{t("decisions.to_review")}</Link>
        </p>
      ) : (
        <Answered of={found}>
          {(analysis) => {
            const outcomes = (analysis.document.result.outcomes ?? []) as Outcome[];
            return due.map((one) => {
              const outcome = outcomes.find(({ number }) => number === one.number);
              if (!outcome) return <p key={one.number} className="quiet">{t("decisions.review_again", { number: one.number })}</p>; // prettier-ignore
              const told = t("decisions.outcome", {
                number: one.number, who: one.who, at: when(one.at), year: outcome.year,
                skill: percent(outcome.skill === null ? null : outcome.skill * 100),
                delivered: percent(outcome.against_plan?.delivered == null ? null : outcome.against_plan.delivered * 100),
              }); // prettier-ignore
              return may(DECIDES) ? <Sign key={one.number} road={road} number={one.number} analysis={analysis.id} told={told} /> : <p key={one.number}>{told}</p>;
            });
          }}
        </Answered>
      )}
    </section>
  );
}

function Sign({ road, number, analysis, told }: { road: Road; number: number; analysis: string; told: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function sign(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    setBusy(true);
    setError(null);
    try {
      await post(`/roads/${road.id}/decisions/${number}/review`, { analysis, note });
      await client.invalidateQueries();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className="fields" onSubmit={(event) => void sign(event)} aria-label={t("decisions.sign", { number })}>
      <p className="whole">{told}</p>
      <label>
        {t("decisions.review_note")}
        <input name="note" maxLength={2000} placeholder={t("decisions.review_hint")} />
      </label>
      <div>
        <Button htmlType="submit" loading={busy}>
          {t("decisions.sign", { number })}
        </Button>
      </div>
      {error !== null && <Failed error={error} />}
    </form>
  );
}
