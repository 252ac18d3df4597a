import { DecisionLog, ToLog } from "../decisions/log";
import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Deviation({ road }: { road: Road }) {
  return (
    <>
      <ToLog road={road} />
      <Kinds tab="deviation" road={road} />
      <DecisionLog road={road} />
    </>
  );
}
