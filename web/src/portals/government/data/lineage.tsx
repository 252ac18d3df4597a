import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { MadeUp } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { type Graph, placed } from "./graph";

export const KINDS = ["upload", "dataset", "run", "release", "road"];
const WIDE = 220;
const HIGH = 54;

/** The page on which something of a kind is seen. */
export function pageOf(kind: string, id: string): string {
  const sections: Record<string, string> = { upload: "data/upload", dataset: "data", run: "inventory", release: "releases", road: "roads" };
  return `/gov/${sections[kind] ?? "catalogue"}/${id}`;
}

/** From file to data set to inventory to release and road: one source, many uses. Each is a link. */
export default function Lineage({ kind, id }: { kind: string; id: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["lineage", kind, id], queryFn: () => get<Graph>(`/catalogue/${kind}/${id}/lineage`) });
  return (
    <Answered of={found}>
      {(graph) => {
        const { boxes, lines, width, height } = placed(graph, { wide: WIDE, high: HIGH, gap: 72, space: 16 });
        return (
          <div className="scroll" tabIndex={0} role="region" aria-label={t("catalogue.lineage")}>
            <div className="lineage" style={{ width, height }}>
              <svg width={width} height={height} aria-hidden="true">
                {lines.map((line) => (
                  <path key={line.key} d={line.path} fill="none" stroke="var(--quiet)" strokeWidth="1.5" />
                ))}
              </svg>
              <ul>
                {boxes.map(({ node, left, top }) => (
                  <li key={node.node} style={{ left, top, width: WIDE, height: HIGH }} className={node.node === graph.here ? "here" : undefined}>
                    {KINDS.includes(node.kind) ? (
                      <Link to={pageOf(node.kind, node.id)} aria-current={node.node === graph.here ? "true" : undefined}>
                        <Box kind={t(`catalogue.${node.kind}`)} of={node} />
                      </Link>
                    ) : (
                      <Box kind={t(`catalogue.${node.kind}`, { defaultValue: node.kind })} of={node} />
                    )}
                  </li>
                ))}
              </ul>
            </div>
          </div>
        );
      }}
    </Answered>
  );
}

function Box({ kind, of: { name, number, synthetic } }: { kind: string; of: Graph["nodes"][number] }) {
  return (
    <>
      <small className="quiet">
        {kind} {number ? `v${number} ` : ""}
        <MadeUp of={{ synthetic }} />
      </small>
      <span title={name}>{name}</span>
    </>
  );
}
