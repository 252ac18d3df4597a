import { useTranslation } from "react-i18next";
import { download } from "../../../../shared/api";
import { Link } from "../../../../shared/link";
import { bytes, UNKNOWN, when } from "../../../../shared/numbers";
import { Facts, Mark, Panel } from "../../../../shared/page";
import { Empty, Failed } from "../../../../shared/states";
import { Picture, type PictureData } from "../../../../shared/picture";
import { joined } from "../../../../shared/words";
import { useState } from "react";
import { newestOf, useAnalysis, useKinds } from "../ask";
import { useSource, Warnings } from "../document-view";
import { spanOf } from "../list";
import type { Road } from "../types";

/** What a road is, what was found of it last, which files and versions it has. */
export default function Summary({ road }: { road: Road }) {
  const { t } = useTranslation();
  const { facts } = road;
  return (
    <>
      <Warnings of={facts.warnings ?? []} />
      <Panel>
        <Facts
          of={[
            [t("roads.title"), facts.title || UNKNOWN],
            [t("roads.span"), spanOf(road)],
            [t("roads.last"), road.last ?? UNKNOWN],
            [t("roads.unit"), facts.unit || UNKNOWN],
            [t("roads.levers"), facts.levers?.length ?? UNKNOWN],
            [t("roads.scenarios"), joined((facts.scenarios ?? []).map((one) => one.title)) || UNKNOWN],
            [t("roads.why"), road.why || UNKNOWN],
          ]}
        />
      </Panel>
      <Found road={road} />
      <Path road={road} />
      <div className="grid">
        <div className="span-6">
          <Files road={road} />
        </div>
        <div className="span-6">
          <Versions road={road} />
        </div>
      </div>
    </>
  );
}

/** The road drawn: the first chart of lines of its newest index. */
function Path({ road }: { road: Road }) {
  const newest = road.analyses.find((one) => one.kind === "index");
  const found = useAnalysis(newest?.id ?? "").data;
  const chart = found?.document.charts.find((one) => one.kind === "lines");
  const source = useSource(found);
  if (!chart) return null;
  return (
    <Panel>
      <Picture data={chart as unknown as PictureData} source={source} name="road" />
    </Panel>
  );
}

/** The newest sentence of each analysis, and from which version it is. */
function Found({ road }: { road: Road }) {
  const { t } = useTranslation();
  const kinds = useKinds().data ?? [];
  const held = kinds.flatMap((kind) => road.analyses.filter((one) => one.kind === kind.kind).map((one) => ({ kind, one })));
  return (
    <Panel title={t("roads.found")}>
      {held.length === 0 ? (
        <Empty title={t("roads.no_analysis")} hint={t("roads.found_hint")}>
          {kinds[0] && <Link to={`/gov/roads/${road.id}/${kinds[0].tab}`}>{kinds[0].word}</Link>}
        </Empty>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t("roads.found")}>
          <table className="plain wrap concluded">
            <thead>
              <tr>
                {["analysis", "headline", "version", "made"].map((name) => (
                  <th key={name} scope="col">
                    {t(`roads.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {held.map(({ kind, one }) => (
                  <tr key={kind.kind}>
                    <th scope="row">
                      <Link to={`/gov/roads/${road.id}/${kind.tab}?kind=${kind.kind}`}>{kind.word}</Link>
                    </th>
                    <td>
                      {one.alarm && <><Mark kind="error">{t("roads.alarm")}</Mark> </>}
                      {one.headline}
                    </td>
                    <td>
                      v{one.version} {one.version < newestOf(road).number && <Mark kind="info">{t("roads.is_stale")}</Mark>}
                    </td>
                    <td>{when(one.made_at)}</td>
                  </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Files({ road }: { road: Road }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const fetch = (name: string) => download(`/roads/${road.id}/files/${encodeURIComponent(name)}`, name).catch(setError);
  return (
    <Panel title={t("roads.files")}>
      {error !== null && <Failed error={error} />}
      <ul className="files">
        {road.files.map((one) => (
          <li key={one.name}>
            <button type="button" className="plain-button" onClick={() => void fetch(one.name)} aria-label={t("roads.download", { name: one.name })}>
              {one.name}
            </button>{" "}
            <span className="quiet">{bytes(one.size)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Versions({ road }: { road: Road }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("roads.versions")}>
      <ol className="chain">
        {road.versions.map((one) => (
          <li key={one.id} className={one.id === road.id ? "chosen" : undefined} aria-current={one.id === road.id ? "page" : undefined}>
            <Link to={`/gov/roads/${one.id}`}>v{one.number}</Link> {[one.why, one.made_by].filter(Boolean).join(" · ")} <span className="quiet">{when(one.made_at)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
