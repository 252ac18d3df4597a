import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Tree({ road }: { road: Road }) {
  return <Kinds tab="tree" road={road} />;
}
