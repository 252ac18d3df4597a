import { useTranslation } from "react-i18next";
import { Link } from "../../../shared/link";
import { when } from "../../../shared/numbers";
import { Facts, MadeUp } from "../../../shared/page";
import { lang, said } from "../../../shared/words";
import { Checked } from "./proof-step";
import type { Proof, Source } from "./types";

/** A document as it is cited, in the language spoken where it has a title in it. */
export function cited(source: Source & { title_en?: string; publisher_en?: string; locator_en?: string }): string {
  const english = lang() === "en";
  const pick = (own: string | undefined, other: string | undefined) => (english ? (other ?? own) : own);
  return [pick(source.title, source.title_en), pick(source.publisher, source.publisher_en), source.year, pick(source.locator, source.locator_en)]
    .filter(Boolean)
    .join(english ? ", " : "，");
}

/** The method with its version, its document and the parameters that were measured instead. */
export function MethodOf({ method }: { method: Proof["method"] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t("proof.method")}</h3>
      <p>
        <Link to={`/gov/methods/${method.own ?? method.id}`}>{said(method.title)}</Link>{" "}
        <span className="quiet">
          {method.id} {method.version}
        </span>{" "}
        {method.document.check && <Checked state={method.document.check} />}
      </p>
      <p className="quiet">{method.cited}</p>
      {method.overridden.length > 0 && <p>{t("proof.overridden", { count: method.overridden.length })}</p>}
    </section>
  );
}

/** Who uploaded, read and accounted, and when. */
export function Made({ made }: { made: NonNullable<Proof["made"]> }) {
  const { t } = useTranslation();
  const who = (one: { by: string; at: string }) => (
    <>
      <br />
      <span className="quiet">
        {one.by} · {when(one.at)}
      </span>
    </>
  );
  const { upload, dataset, run, release } = made;
  return (
    <section>
      <h3>{t("proof.made")}</h3>
      <Facts
        of={[
          ...(upload ? [[t("proof.upload"), <span key="u" title={upload.sha256}><MadeUp of={upload} />{upload.name}{who(upload)}</span>] as [string, React.ReactNode]] : []),
          [t("proof.dataset"), <span key="d"><Link to={`/gov/data/${dataset.id}`}>{dataset.name} v{dataset.number}</Link>{who(dataset)}</span>],
          ...(run ? [[t("proof.run"), <span key="r"><Link to={`/gov/inventory/${run.id}`}>{run.name}</Link>{who(run)}</span>] as [string, React.ReactNode]] : []),
          ...(release ? [[t("proof.release"), <span key="f">{release.number}{who(release)}</span>] as [string, React.ReactNode]] : []),
        ]}
      />
      {made.audit.length > 0 && (
        <p className="quiet">
          {t("proof.audit")}{" "}
          {made.audit.map((one) => `#${one.number}`).join(", ")}
        </p>
      )}
    </section>
  );
}
