import { expect, test } from "vitest";

import { nopForKernel } from "./index.ts";

test.each([
  ["5.10.0-30-amd64", "nop1"],
  ["6.17.9", "nop1"],
  ["6.18.44-fc", "nop5"],
  ["7.2.1", "nop5"],
  ["7.3.0-rc1", "nop10"],
  ["8.0", "nop10"],
  ["unknown", "nop1"],
])("kernel %s gets %s", (release, nop) => {
  expect(nopForKernel("x86-64", { release })).toBe(nop);
  expect(nopForKernel("aarch64", { release })).toBe("nop1");
});

test("what the kernel says of itself outweighs its release", () => {
  expect(nopForKernel("x86-64", { release: "6.18.50", optimization: "nop10" })).toBe("nop10");
  expect(nopForKernel("x86-64", { release: "7.3.0", optimization: "none" })).toBe("nop1");
  expect(nopForKernel("x86-64", { release: "6.18.0", optimization: "unknown" })).toBe("nop5");
});
