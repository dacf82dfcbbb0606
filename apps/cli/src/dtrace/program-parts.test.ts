import { expect, test } from "vitest";
import { JoinedParts } from "./program-parts.ts";

const at = (joined: JoinedParts, text: string): unknown => {
  const start = joined.source.text.indexOf(text);
  const { part, line, file } = joined.place({ start, end: start + 1 }) ?? {};
  return [part?.name, line, file];
};

test("places are those of the part that holds them", () => {
  const joined = new JoinedParts([
    { kind: "script", name: "a.d", text: "BEGIN\n{\n  one;\n}\n" },
    { kind: "description", name: "END", text: "END { two; }" },
  ]);
  expect(at(joined, "one")).toEqual(["a.d", 3, undefined]);
  expect(at(joined, "two")).toEqual(["END", 1, undefined]);
});

test("lines that the preprocessor left say where what follows is from", () => {
  const text = '# 0 "/dev/stdin"\n# 1 "/dev/stdin"\n# 1 "inc/x.h" 1\n\none;\n# 2 "/dev/stdin" 2\ntwo;\n';
  const joined = new JoinedParts([{ kind: "script", name: "a.d", text }]);
  expect(at(joined, "one")).toEqual(["a.d", 2, "inc/x.h"]);
  expect(at(joined, "two")).toEqual(["a.d", 2, undefined]);
});

test("the end of a part is its own", () => {
  const joined = new JoinedParts([
    { kind: "script", name: "a.d", text: "BEGIN { }\n" },
    { kind: "script", name: "b.d", text: "END { }\n" },
  ]);
  expect(joined.place({ start: 10, end: 10 })).toMatchObject({ part: { name: "a.d" }, line: 2 });
});
