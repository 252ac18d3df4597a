import { expect, test } from "vitest";

const sources = import.meta.glob<string>("../**/*.{ts,tsx}", { eager: true, query: "?raw", import: "default" });
/** Every file by its path below `src`. */
const files = new Map(Object.entries(sources).map(([path, text]) => [path.replace(/^\.\.\//, "").replace(/^\.\//, "shared/"), text]));

/** The files that one imports, types too. */
function imported(path: string): string[] {
  const found = [...(files.get(path) ?? "").matchAll(/^(?:import|export)[^"']*?from "(\.[^"]+)";$/gms)].map((one) => one[1] ?? "");
  return found.flatMap((one) => {
    const parts = path.split("/").slice(0, -1);
    for (const step of one.split("/")) {
      if (step === "..") parts.pop();
      else if (step !== ".") parts.push(step);
    }
    return [`${parts.join("/")}.ts`, `${parts.join("/")}.tsx`].filter((name) => files.has(name));
  });
}

test("no file imports itself by way of others", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, way: string[]) => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" → "));
    else if (!done.has(path)) {
      imported(path).forEach((one) => walk(one, [...way, path]));
      done.add(path);
    }
  };
  const paths = [...files.keys()];
  paths.forEach((path) => walk(path, []));
  expect(paths.flatMap(imported).length).toBeGreaterThan(paths.length);
  expect(circles).toEqual([]);
});
