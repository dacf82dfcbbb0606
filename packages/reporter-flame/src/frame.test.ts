import { expect, test } from "vitest";
import { frameLabel, parseJitSymbol, stackFrame } from "./frame.ts";

test.each([
  ["JS:*inner /app/shop.js:12:15", { kind: "script", name: "inner", file: "/app/shop.js", line: 12 }],
  [
    "JS:~ node:internal/process/promises:155:31",
    { name: "(anonymous)", file: "node:internal/process/promises" },
  ],
  ["LazyCompile:~get value file:///a b/x.mjs:3:7", { name: "get value", file: "file:///a b/x.mjs", line: 3 }],
  ["Eval:~ /app/shop.js:1:1", { name: "(anonymous)", line: 1 }],
  ["JS:^no_place", { kind: "script", name: "no_place" }],
  ["py::checkout:/app/shop.py", { kind: "script", name: "checkout", file: "/app/shop.py" }],
])("%s", (symbol, frame) => {
  expect(parseJitSymbol(symbol)).toMatchObject(frame);
});

test.each(["Builtin:ArrayPrototypePush", "node::Start"])("%s is native", (symbol) => {
  expect(parseJitSymbol(symbol)).toBeUndefined();
});

test("code of one function is one frame, whichever compiler made it", () => {
  const [a, b] = ["JS:~f /x.js:1:2", "JS:*f /x.js:1:2"].map((symbol) => parseJitSymbol(symbol));
  expect(a).toEqual(b);
});

test("a frame is called after its symbol, else its module, else its address", () => {
  const at = { address: 18446744071562067968n };
  expect(frameLabel(stackFrame({ ...at, symbol: "do_sys_open", offset: 7 }, "kernel"))).toBe("do_sys_open");
  expect(frameLabel(stackFrame({ ...at, module: "/lib/libc.so.6" }, "user"))).toBe("[libc.so.6]");
  expect(frameLabel(stackFrame(at, "user"))).toBe("0xffffffff80000000");
  expect(frameLabel(stackFrame({ address: 1 }, "user", "JS:*f /app/x.js:4:1"))).toBe("f x.js:4");
});
