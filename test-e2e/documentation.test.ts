/** What the documents promise to be complete is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function sources(directory: string): readonly string[] {
  return readdirSync(join(root, directory), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/node_modules|\/dist\//.test(file));
}

test("every code of a message is in docs/diagnostics.md", () => {
  const documented = readFileSync(join(root, "docs/diagnostics.md"), "utf8");
  const codes = [...sources("packages"), ...sources("apps")].flatMap((file) =>
    [
      ...readFileSync(file, "utf8").matchAll(
        /(?:[dD]iagnostic\(\s*|code: |TraceError\(\s*)"([A-Z][A-Z_0-9]+)"/g,
      ),
    ].map(([, code]) => code ?? ""),
  );
  expect(codes.length).toBeGreaterThan(40);
  const missing = [...new Set(codes)].filter(
    (code) => !code.startsWith("D_") && !documented.includes(`\`${code}\``),
  );
  expect(missing).toEqual([]);
});
