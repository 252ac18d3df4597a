import type { Loss, MappedColumn, MappedSheet, Mapping, Suggestion } from "./types";

/** Columns that an activity table needs; a region stands for the entity. */
const NEEDED = ["entity", "period", "item", "amount", "unit"];
/** Uses of which a sheet may have only one column, but for amounts. */
export const USES = [
  "entity", "period", "item", "amount", "unit", "region", "sector", "activity", "gas", "equipment", "source", "quality",
  "uncertainty", "parameters", "note",
]; // prettier-ignore
export const KEEP = "keep";
export const PART = "part";

/** Needed columns that nothing gives yet. */
export function missing(sheet: MappedSheet): string[] {
  const given = new Set([...sheet.columns.map((one) => one.use), ...Object.entries(sheet.fixed).flatMap(([name, value]) => (value ? [name] : []))]);
  const amounts = sheet.columns.filter((one) => one.use === "amount");
  for (const name of ["item", "period", "unit"] as const) if (amounts.length && amounts.every((one) => one[name])) given.add(name);
  if (Object.keys(sheet.units).length) given.add("unit");
  if (given.has("region")) given.add("entity");
  return NEEDED.filter((name) => !given.has(name));
}

/** Texts of items and sectors that have no meaning, or only a guessed one. */
export function unsure(sheet: MappedSheet): string[] {
  const texts = [...Object.entries(sheet.items), ...Object.entries(sheet.sectors)];
  return texts.flatMap(([text, code]) => (!code || sheet.guessed.includes(text) ? [text] : []));
}

/** Losses that the user has not mended since they were told. */
export function still(losses: Loss[], mapping: Mapping): Loss[] {
  const holds = new Set(
    mapping.sheets.flatMap((sheet) =>
      sheet.use
        ? [...sheet.columns.filter((one) => !one.use).map((one) => one.heading.trim() || `C${one.column}`), ...sheet.beyond.map((row) => `R${row}`), ...unsure(sheet)]
        : [sheet.sheet],
    ),
  );
  return losses.filter((one) => holds.has(one.key));
}

/** Whether the file is read as it stands: every column by its own name, nothing open, nothing lost. */
export function plain({ mapping, losses }: Pick<Suggestion, "mapping" | "losses">): boolean {
  const used = mapping.sheets.filter((one) => one.use);
  const sure = (one: MappedSheet) =>
    missing(one).length === 0 && unsure(one).length === 0 && one.columns.every((column) => !column.use || column.confidence === 1);
  return used.length > 0 && losses.length === 0 && used.every(sure);
}

export function change(mapping: Mapping, at: number, sheet: MappedSheet): Mapping {
  return { ...mapping, sheets: mapping.sheets.map((one, place) => (place === at ? sheet : one)) };
}

/** A sheet with one column changed; another column of the same use gives it up. */
export function changeColumn(sheet: MappedSheet, column: number, changed: Partial<MappedColumn>): MappedSheet {
  const alone = changed.use && !["amount", KEEP, PART].includes(changed.use);
  return {
    ...sheet,
    columns: sheet.columns.map((one) => {
      if (one.column === column) return { ...one, ...changed, ...(changed.use !== undefined ? { confidence: 1 } : {}) };
      return alone && one.use === changed.use ? { ...one, use: "" } : one;
    }),
  };
}

/** 1 is A, 27 is AA, as a spreadsheet names its columns. */
export function letters(column: number): string {
  return column <= 0 ? "" : letters(Math.floor((column - 1) / 26)) + String.fromCharCode(65 + ((column - 1) % 26));
}
