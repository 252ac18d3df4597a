import { Kinds } from "../kinds";
import { Levers } from "../levers-panel";
import "../levers.css";
import type { Road } from "../types";

export default function Tree({ road }: { road: Road }) {
  return (
    <>
      <Levers road={road} />
      <Kinds tab="tree" road={road} />
    </>
  );
}
