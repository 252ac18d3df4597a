import { Claims } from "../claims";
import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Gate({ road }: { road: Road }) {
  return (
    <>
      <Kinds tab="gate" road={road} />
      <Claims road={road} />
    </>
  );
}
