import { send_file } from "../../../shared/api";
import type { Upload } from "../data/types";

/** Every file to the server; how much of all has gone is told. */
export async function sent(files: File[], { region, entity }: { region: string; entity: string }, tell: (share: number) => void = () => {}): Promise<string[]> {
  const whole = files.reduce((sum, one) => sum + one.size, 0) || 1;
  const kept: string[] = [];
  let gone = 0;
  for (const file of files) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ region, entity })) if (value) form.append(name, value);
    form.append("file", file);
    kept.push((await send_file<Upload>("/uploads", form, (share) => tell((gone + share * file.size) / whole))).id);
    gone += file.size;
  }
  return kept;
}

const GONE = new WeakMap<File, Promise<string>>();

/** A file to the server, once: its columns are asked for before the analysis is. */
export function sentOnce(file: File, place: { region: string; entity: string }): Promise<string> {
  const going = GONE.get(file) ?? sent([file], place).then(([id]) => id!);
  GONE.set(file, going);
  going.catch(() => GONE.delete(file));
  return going;
}
