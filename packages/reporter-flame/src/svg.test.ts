import { Script } from "node:vm";
import { expect, test } from "vitest";
import { newProfile, NodeBudget, type FlameProfile } from "./flame-tree.ts";
import type { Frame } from "./frame.ts";
import { flameSvg } from "./svg.ts";
import { layOut } from "./svg-layout.ts";
import { flameScript } from "./svg-script.ts";

const frame = (name: string): Frame => ({ kind: "native", name });

function profile(...paths: [path: readonly string[], value: number][]): FlameProfile {
  const made = newProfile("@", "count");
  const budget = new NodeBudget(1000);
  for (const [path, value] of paths) budget.add(made.root, path.map(frame), value);
  return made;
}

const svg = (...of: FlameProfile[]): string => [...flameSvg(of, "a <title> & more", undefined)].join("");

test("children lie side by side over their parent, the widest first", () => {
  const { boxes, total, depth } = layOut(profile([["a", "b"], 1], [["a", "c"], 2], [["d"], 1]));
  expect(total).toBe(4);
  expect(depth).toBe(2);
  expect(boxes.map(({ frame: { name }, depth: row, left, width }) => [name, row, left, width])).toEqual([
    ["all", 0, 0, 1],
    ["a", 1, 0, 0.75],
    ["c", 2, 0, 0.5],
    ["b", 2, 0.5, 0.25],
    ["d", 1, 0.75, 0.25],
  ]);
});

test("names cannot leave their place in the file", () => {
  const evil = `</text></metadata><script>alert(1)</script>]]>&"'\u0000\u001b`;
  const text = svg(profile([[evil, "x"], 3]));
  expect(text.match(/<script>/g)).toHaveLength(1);
  expect(text.match(/]]>/g)).toHaveLength(1);
  expect(text).toContain("&lt;script&gt;alert(1)");
  // oxlint-disable-next-line no-control-regex -- what XML 1.0 has not
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  const metadata = /<metadata>(.*)<\/metadata>/s.exec(text)?.[1] ?? "";
  const unescaped = metadata
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  const data = JSON.parse(unescaped) as { names: [string][] };
  expect(data.names.some(([label]) => label.startsWith("</text></metadata><script>"))).toBe(true);
});

test("every element is closed, and nothing is loaded", () => {
  const text = svg(profile([["a", "b"], 1], [["a", "c"], 2]));
  const open: string[] = [];
  const wrong: string[] = [];
  const markup = text.replace(/<!\[CDATA\[.*?]]>/s, "");
  for (const [, close, name = "", self] of markup.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (close === "/" && open.pop() !== name) wrong.push(name);
    else if (close !== "/" && self !== "/") open.push(name);
  }
  expect([...open, ...wrong]).toEqual([]);
  expect(text).not.toMatch(/\b(href|src|import|fetch|url)\s*[(=]/);
  expect(text.match(/https?:[^"'\s<)]*/g)?.every((url) => url.startsWith("http://www.w3.org/"))).toBe(true);
});

test("what has a place in the picture has it without the script", () => {
  const text = svg(profile([["main", "work"], 3], [["main", "rest"], 1]));
  expect(text).toContain("<title>work · 75.00%</title>");
  expect(text).toContain("a &lt;title&gt; &amp; more");
});

test("the script is a script", () => {
  expect(() => new Script(flameScript)).not.toThrow();
  expect(flameScript).not.toContain("]]>");
});
