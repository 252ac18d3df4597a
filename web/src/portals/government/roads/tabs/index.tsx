import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function DualCarbonIndex({ road }: { road: Road }) {
  return <Kinds tab="index" road={road} />;
}
