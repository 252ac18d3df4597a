import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Forecast({ road }: { road: Road }) {
  return <Kinds tab="forecast" road={road} />;
}
