import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "@trace/test-requirements";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createProvider } from "./create-provider.ts";
import { waitForTracer } from "./wait-for-tracer.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-provider-"));
  process.env["TRACE_DIR"] = directory;
});
afterAll(() => {
  delete process.env["TRACE_DIR"];
  rmSync(directory, { recursive: true });
});
afterEach(() => delete process.env["TRACE_NATIVE"]);

const declaration = { checkout: ["order: string", "cents: int64"], tick: [] } as const;

function libraries(): readonly string[] {
  return readdirSync(directory).filter((name) => name.endsWith(".so"));
}

test("a provider has the probes that it declares, typed, and firing them unwatched does nothing", () => {
  const shop = createProvider("shop", declaration);
  expect(shop.name).toBe("shop");
  expect(Object.keys(shop.probes)).toEqual(["checkout", "tick"]);
  expect(shop.probes.checkout.name).toBe("checkout");
  expect(shop.probes.checkout.enabled).toBe(false);
  shop.probes.checkout.fire("A-1", 5n);
  // @ts-expect-error -- cents is missing
  shop.probes.checkout.fire("A-1");
  // @ts-expect-error -- there is no such argument
  shop.probes.tick.fire(1);
  shop.dispose();
  shop.probes.tick.fire();
});

test("without the add-on everything else is there, and the reason is told", () => {
  process.env["TRACE_NATIVE"] = "off";
  const shop = createProvider("shop", declaration);
  expect(shop.native).toEqual({ available: false, reason: "TRACE_NATIVE is off" });
  shop.probes.checkout.fire("A-1", 5);
  shop.dispose();
  expect(createProvider("shop", declaration, { native: false }).native).toEqual({
    available: false,
    reason: "the option native is false",
  });
});

test("a directory that cannot be used turns tracing off, not the application", () => {
  const file = join(directory, "no-directory");
  writeFileSync(file, "");
  process.env["TRACE_DIR"] = join(file, "below");
  const shop = createProvider("shop", declaration);
  process.env["TRACE_DIR"] = directory;
  expect(shop.native).toMatchObject({ available: false });
  shop.probes.tick.fire();
  shop.dispose();
});

describeWith(["linux", "native add-on"], "the library", () => {
  test("is there while the provider is, for each provider one", () => {
    const shop = createProvider("shop", declaration);
    const depot = createProvider("depot", { parcel: ["id: uint32"] });
    if (!shop.native.available || !depot.native.available) throw new Error("no library");
    expect(shop.native.path).not.toBe(depot.native.path);
    expect(libraries()).toHaveLength(2);
    shop.dispose();
    shop.dispose();
    expect(existsSync(shop.native.path)).toBe(false);
    expect(existsSync(depot.native.path)).toBe(true);
    depot[Symbol.dispose]();
    expect(libraries()).toEqual([]);
  });

  test("is shared by those who declare the same, and goes with the last", () => {
    const first = createProvider("shop", declaration);
    const second = createProvider("shop", declaration);
    expect(second.native).toEqual(first.native);
    first.dispose();
    expect(libraries()).toHaveLength(1);
    second.dispose();
    expect(libraries()).toEqual([]);
  });

  test("of a provider made again is another file", () => {
    const first = createProvider("shop", declaration);
    first.dispose();
    const second = createProvider("shop", declaration);
    expect(second.native).not.toEqual(first.native);
    second.dispose();
  });

  test("carries notes that name the probes and their arguments", () => {
    const shop = createProvider("shop", declaration);
    if (!shop.native.available) throw new Error(shop.native.reason);
    const { stdout, error } = spawnSync("readelf", ["-n", shop.native.path], { encoding: "utf8" });
    shop.dispose();
    if (error !== undefined) return;
    expect(stdout).toMatch(/Provider: shop\s+Name: checkout/);
    expect(stdout).toMatch(/Provider: shop\s+Name: tick/);
  });
});

test("waiting ends when the tracer's directory is gone, and does not start where there is none", () => {
  waitForTracer(join(directory, "nowhere"), true);
  const wait = join(directory, "wait");
  mkdirSync(wait);
  const gone = spawnSync("true").pid;
  writeFileSync(join(wait, "tracer"), String(gone));
  waitForTracer(wait, true);
  expect(readdirSync(wait).sort()).toEqual([`${process.pid}.ready`, "tracer"].sort());
  rmSync(wait, { recursive: true });
});
