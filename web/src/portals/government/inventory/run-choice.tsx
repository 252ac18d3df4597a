import { Choice, Choices } from "../../../shared/choice";
import { useAboutRun } from "./ask";
import type { RunRow } from "./types";

function useOptions(runs: RunRow[]) {
  const about = useAboutRun(runs);
  return runs.map((one) => ({ value: one.id, name: one.name, about: about(one) }));
}

/** An inventory, found by typing; with `none` it may be taken out again. */
export function RunChoice({ label, runs, value, change, none = false, width }: { label: string; runs: RunRow[]; value: string; change: (id: string) => void; none?: boolean; width?: number }) {
  const options = useOptions(runs);
  return <Choice label={label} options={[...(none ? [{ value: "", name: "–" }] : []), ...options]} value={value} change={change} width={width} />;
}

/** Several inventories. */
export function RunChoices({ label, runs, values, change, width }: { label: string; runs: RunRow[]; values: string[]; change: (ids: string[]) => void; width?: number }) {
  return <Choices label={label} options={useOptions(runs)} values={values} change={change} width={width} />;
}
