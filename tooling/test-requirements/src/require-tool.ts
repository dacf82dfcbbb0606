import { describe, test } from "vitest";
import type { TestContext } from "vitest";
import { missing } from "./tools.ts";
import type { Tool } from "./tools.ts";

/** In CI every tool has to be there: what would be a skip on a laptop is a failure. */
const mustHaveAll = Boolean(process.env["CI"]);

/** The reasons why `tools` cannot be used here; undefined where all of them can. */
function whyMissing(tools: readonly Tool[]): string | undefined {
  const reasons = tools.map((tool) => missing(tool)).filter((reason) => reason !== undefined);
  return reasons.length > 0 ? reasons.join("; ") : undefined;
}

/**
 * In a test: goes on if all `tools` are there. Otherwise skips the test, with the reason in the
 * report; in CI (environment CI) fails it.
 */
export function requireTool(context: TestContext, ...tools: readonly Tool[]): void {
  const reason = whyMissing(tools);
  if (reason === undefined) return;
  if (mustHaveAll) throw new Error(reason);
  context.skip(reason);
}

/**
 * A `describe` whose tests, and whose beforeAll, need `tools`. Where one is missing all its tests
 * are skipped, with the reason in the title; in CI (environment CI) it fails.
 */
export function describeWith(tools: readonly Tool[], title: string, body: () => void): void {
  const reason = whyMissing(tools);
  if (reason === undefined) {
    describe(title, body);
  } else if (mustHaveAll) {
    test(title, () => {
      throw new Error(reason);
    });
  } else {
    describe.skip(`${title} [${reason}]`, body);
  }
}
