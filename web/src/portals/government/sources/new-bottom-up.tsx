import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, type Page } from "../../../shared/api";
import { Choice, Choices } from "../../../shared/choice";
import { Link } from "../../../shared/link";
import { Answered, Empty } from "../../../shared/states";
import { type Kept, useSets } from "../data/sets";
import { Begin } from "./begin";

const BY = ["period", "item", "sector", "region", "entity", "activity"] as const;

/** Which enterprises are held against which balance, by which columns. */
export default function BottomUp() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["datasets", "newest"], queryFn: () => get<Page<Kept>>("/datasets?newest=true&limit=2000") });
  const sets = useSets(found.data?.rows ?? []);
  const [firms, setFirms] = useState<string[]>([]);
  const [balance, setBalance] = useState("");
  const [by, setBy] = useState<string[]>(["period", "item"]);
  const [activities, setActivities] = useState<string[]>([]);
  const [reported, setReported] = useState<string[]>([]);
  const ready = firms.length > 0 && balance !== "" && by.length > 0;
  return (
    <Begin
      kind="bottom-up"
      ready={ready}
      asked={(form) => ({ name: String(form.get("name")).trim(), tolerance: Number(form.get("tolerance")) / 100, enterprises: firms, balance, by, activities, reported })}
    >
      <Answered of={found}>
        {() =>
          sets.length === 0 ? (
            <div className="whole">
              <Empty title={t("data.none")} hint={t("data.none_hint")}>
                <Link to="/gov/data/upload">{t("data.upload")}</Link>
              </Empty>
            </div>
          ) : (
            <>
              <Choice label={t("sources.balance")} options={sets} value={balance} change={setBalance} />
              <div className="whole">
                <Choices label={t("sources.enterprises")} options={sets.filter((one) => one.value !== balance)} values={firms} change={setFirms} width={760} />
              </div>
              <Choices label={t("sources.by")} options={BY.map((value) => ({ value, name: t(`dim.${value}`) }))} values={by} change={setBy} width={420} />
              <label>
                {t("sources.tolerance")}
                <input name="tolerance" type="number" min={0} max={1000} step="any" defaultValue={5} required />
              </label>
              <details className="fold whole">
                <summary>{t("sources.kinds_of_activity")}</summary>
                <p className="quiet">{t("sources.kinds_hint")}</p>
                <div className="fields">
                  <Choices own label={t("sources.activities")} options={[]} values={activities} change={setActivities} width={360} hint={t("sources.type_kind")} />
                  <Choices own label={t("sources.reported")} options={[]} values={reported} change={setReported} width={360} hint={t("sources.type_kind")} />
                </div>
              </details>
            </>
          )
        }
      </Answered>
    </Begin>
  );
}
