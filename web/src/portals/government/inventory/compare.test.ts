import { expect, test } from "vitest";
import { joined } from "./compare";

test("what one side has not is unknown there and not zero", () => {
  const found = joined([{ item: "coal", item_name: "煤", emission: 5 }, { item: "wood", emission: 1 }], [{ item: "coal", item_name: "煤", emission: 9 }, { item: "oil", emission: 2 }], "item");
  expect(found.map((row) => [row.item, row.old, row.new, row.difference])).toEqual([["coal", 5, 9, 4], ["oil", null, 2, 2], ["wood", 1, null, -1]]);
});
