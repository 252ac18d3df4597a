import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Tables({ road }: { road: Road }) {
  return <Kinds tab="tables" road={road} />;
}
