import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";

import { parseOperands } from "./index.ts";

test.each([
  ["-4@%edi", 4, "signed", { kind: "register", register: "edi" }],
  ["1@%r8b", 1, "unsigned", { kind: "register", register: "r8b" }],
  ["8@$-5", 8, "unsigned", { kind: "constant", value: -5n }],
  ["-2@$0x1f", 2, "signed", { kind: "constant", value: 31n }],
  ["8@-24(%rbp)", 8, "unsigned", { kind: "memory", base: "rbp", scale: 1, displacement: -24n }],
  ["8@(%rax)", 8, "unsigned", { kind: "memory", base: "rax", scale: 1, displacement: 0n }],
  [
    "4@16(%rax,%rbx,8)",
    4,
    "unsigned",
    { kind: "memory", base: "rax", index: "rbx", scale: 8, displacement: 16n },
  ],
  ["4@(,%rbx,4)", 4, "unsigned", { kind: "memory", index: "rbx", scale: 4, displacement: 0n }],
  [
    "8@counter(%rip)",
    8,
    "unsigned",
    { kind: "memory", base: "rip", symbol: "counter", scale: 1, displacement: 0n },
  ],
  [
    "8@table+8(%rip)",
    8,
    "unsigned",
    { kind: "memory", base: "rip", symbol: "table", scale: 1, displacement: 8n },
  ],
  ["8f@%xmm0", 8, "float", { kind: "register", register: "xmm0" }],
  ["-4f@40(%rsp)", 4, "float", { kind: "memory", base: "rsp", scale: 1, displacement: 40n }],
  ["-4@x0", 4, "signed", { kind: "register", register: "x0" }],
  ["-4@[sp, 60]", 4, "signed", { kind: "memory", base: "sp", scale: 1, displacement: 60n }],
  ["8@[x19]", 8, "unsigned", { kind: "memory", base: "x19", scale: 1, displacement: 0n }],
  ["4@17", 4, "unsigned", { kind: "constant", value: 17n }],
  ["%rax", undefined, "signed", { kind: "register", register: "rax" }],
  ["8@%fs:12", 8, "unsigned", { kind: "other" }],
])("%s", (text, size, type, place) => {
  expect(parseOperands(text)).toEqual([{ size, type, text: text.replace(/^.*@/, ""), place }]);
});

test("operands are separated by blanks outside of brackets", () => {
  expect(parseOperands("-4@[sp, 60]  8@x1 4@(%rax, %rbx)").map((operand) => operand.text)).toEqual([
    "[sp, 60]",
    "x1",
    "(%rax, %rbx)",
  ]);
  expect(parseOperands("")).toEqual([]);
});

test("any text is taken", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(parseOperands(text).every((operand) => operand.text.length <= text.length)).toBe(true);
    }),
  );
});
