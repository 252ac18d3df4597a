import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Deviation({ road }: { road: Road }) {
  return <Kinds tab="deviation" road={road} />;
}
