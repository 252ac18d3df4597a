import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Projects({ road }: { road: Road }) {
  return <Kinds tab="projects" road={road} />;
}
