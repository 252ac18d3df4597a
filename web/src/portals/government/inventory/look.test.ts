import { expect, test } from "vitest";
import { cellOf, cellTexts, firstRows, listOf, nameOf, proofKey, proofPath } from "./look";

test("a cell goes into the address and back, whatever its values hold", () => {
  const cell = { sector: "power", entity: "甲=乙 & 丙" };
  expect(cellOf(cellTexts(cell))).toEqual(cell);
  expect(cellOf(["nothing", "=x"])).toEqual({});
});

test("the key of a proof becomes the address of the API, and nothing else does", () => {
  const key = proofKey("runs/0ab1", { sector: "power", entity: "甲&乙" }, "AR5");
  const asked = new URL(`http://x${proofPath(key)}`);
  expect(asked.pathname).toBe("/runs/0ab1/proof");
  expect(asked.searchParams.getAll("cell")).toEqual(["sector=power", "entity=甲&乙"]);
  expect(asked.searchParams.get("gwp")).toBe("AR5");
  expect(proofPath("runs/0ab1")).toBe("/runs/0ab1/proof");
  for (const bad of ["people/1", "runs/../people", "runs/a/b", "//evil", "runs/"]) expect(proofPath(bad)).toBeNull();
});

test("a standard is the list of the run that bears its name", () => {
  const lists = ["ipcc2006", "provincial2011", "scopes", "iso14064_categories"];
  expect(listOf("iso14064", lists)).toBe("iso14064_categories");
  expect(listOf("gpc", lists)).toBe("");
  expect(listOf("", lists)).toBe("");
  expect(firstRows("", lists)).toBe("provincial2011");
  expect(firstRows("", ["scopes"])).toBe("item");
  expect(firstRows("ipcc2006", lists)).toBe("ipcc2006");
});

test("a category is shown with its code, other codes by their names", () => {
  const row = { sector: "power", sector_name: "发电", gpc: "I.1", gpc_name: "居民建筑", entity: "甲", item: "" };
  expect(nameOf(row, "sector")).toBe("发电");
  expect(nameOf(row, "gpc", ["gpc"])).toBe("I.1 居民建筑");
  expect(nameOf(row, "entity")).toBe("甲");
  expect(nameOf(row, "item")).toBe("");
});
