export type Node = { node: string; kind: string; id: string; name: string; number: number | null; synthetic: boolean };
export type Graph = { here: string; nodes: Node[]; edges: { source: string; target: string }[] };

type Sizes = { wide: number; high: number; gap: number; space: number };
type Placed = {
  boxes: { node: Node; left: number; top: number }[];
  lines: { key: string; path: string }[];
  width: number;
  height: number;
};

/** Nodes in columns by how many steps they are from the first source, and the lines between them. */
export function placed({ nodes, edges }: Graph, { wide, high, gap, space }: Sizes): Placed {
  const step = new Map(nodes.map((one) => [one.node, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    for (const { source, target } of edges) {
      const next = (step.get(source) ?? 0) + 1;
      if (step.has(target) && next > (step.get(target) ?? 0) && next < nodes.length) step.set(target, next);
    }
  }
  for (const node of nodes) {
    // what has no source of its own stands just before its first use
    const uses = edges.filter((one) => one.source === node.node).map((one) => step.get(one.target) ?? 1);
    if (uses.length && !edges.some((one) => one.target === node.node)) step.set(node.node, Math.min(...uses) - 1);
  }
  const filled = new Map<number, number>();
  const spots = new Map<string, { left: number; top: number }>();
  const boxes = nodes.map((node) => {
    const column = step.get(node.node) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    const spot = { left: column * (wide + gap), top: row * (high + space) };
    spots.set(node.node, spot);
    return { node, ...spot };
  });
  const lines = edges.flatMap(({ source, target }) => {
    const [from, to] = [spots.get(source), spots.get(target)];
    if (!from || !to) return [];
    const [x1, y1, x2, y2] = [from.left + wide, from.top + high / 2, to.left, to.top + high / 2];
    const bend = (x1 + x2) / 2;
    return [{ key: `${source}>${target}`, path: `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}` }];
  });
  const columns = Math.max(0, ...filled.keys()) + 1;
  return { boxes, lines, width: columns * (wide + gap) - gap, height: Math.max(1, ...filled.values()) * (high + space) - space };
}
