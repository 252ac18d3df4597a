import { useTranslation } from "react-i18next";
import { Alarms } from "./alarms";
import { Intensity } from "./intensity";
import { Doubts, Flows, QualityPanel, Structure, TrendPanel } from "./panels";
import type { Asked } from "./total";

/** The five panels of the big screen beside the total. */
export default function Six({ every, ...asked }: Asked & { every: number }) {
  const { t } = useTranslation();
  return (
    <>
      <section className="wide"><TrendPanel {...asked} most={6} /></section>
      <section><Structure {...asked} most={7} /></section>
      <section><h2>{t("overview.quality")}</h2><QualityPanel {...asked} /><h2>{t("overview.doubts")}</h2><Doubts run={asked.run.id} refresh={every} most={1} /></section>
      <section className="wide"><Flows {...asked} /></section>
      <section><h2>{t("overview.intensity")}</h2><Intensity {...asked} /><h2>{t("overview.alarms")}</h2><Alarms run={asked.run.id} refresh={every} most={2} /></section>
    </>
  ); // prettier-ignore
}
