import { DecisionLog } from "../decisions/log";
import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Deviation({ road }: { road: Road }) {
  return (
    <>
      <Kinds tab="deviation" road={road} />
      <DecisionLog road={road} />
    </>
  );
}
