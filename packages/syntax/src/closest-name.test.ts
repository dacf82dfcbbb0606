import { describe, expect, test } from "vitest";
import { closestName, didYouMean, editDistance } from "./closest-name.ts";

describe("editDistance", () => {
  test.each([
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "abc", 0],
    ["strjon", "strjoin", 1],
    ["strlne", "strlen", 1],
    ["kitten", "sitting", 3],
  ])("%s to %s: %d", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe("closestName", () => {
  const names = ["strjoin", "strlen", "substr", "pid"];

  test.each([
    ["strjon", "strjoin"],
    ["STRLEN", "strlen"],
    ["pdi", "pid"],
    ["xyz", undefined],
    ["p", undefined],
    ["completely_different", undefined],
  ])("%s: %s", (name, closest) => {
    expect(closestName(name, names)).toBe(closest);
  });

  test("a name is not its own suggestion", () => {
    expect(closestName("pid", ["pid"])).toBeUndefined();
  });

  test("endless names are not compared", () => {
    expect(closestName("a".repeat(100_000), ["a".repeat(100_001)])).toBeUndefined();
  });

  test("as a hint", () => {
    expect(didYouMean("substrr", names)).toBe("did you mean 'substr'?");
    expect(didYouMean("nothing", names)).toBeUndefined();
  });
});
