import { expect, test } from "vitest";
import { measure, median } from "./compare.ts";

test("the median of an odd, an even and an empty list", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test("both loops run as often as asked, and take turns in going first", async () => {
  const calls: string[] = [];
  const loop = (name: string) => ({ name, run: (iterations: number) => calls.push(`${name} ${iterations}`) });
  await measure({ title: "", baseline: loop("a"), subject: loop("b"), iterations: 7, rounds: 3 });
  const warmUp = ["a 7", "b 7"];
  expect(calls).toEqual([...warmUp, "a 7", "b 7", "b 7", "a 7", "a 7", "b 7"]);
});

test("an asynchronous loop is measured to its end", async () => {
  let running = 0;
  let most = 0;
  const loop = {
    name: "slow",
    run: async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
    },
  };
  const { subject } = await measure({ title: "", baseline: loop, subject: loop, iterations: 1, rounds: 2 });
  expect(most).toBe(1);
  expect(subject).toBeGreaterThan(0);
});
