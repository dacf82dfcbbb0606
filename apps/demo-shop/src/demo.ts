/** The demo: a shop with customers, and `trace` looking into it from another process. Options go to `trace run`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startLoad } from "./load.ts";

const here = dirname(fileURLToPath(import.meta.url));
const script = join(here, "../shop.d");
const command = join(
  dirname(createRequire(import.meta.url).resolve("@trace/cli/package.json")),
  "bin/trace.js",
);

const shop = spawn(process.execPath, [join(here, "shop.js")], { stdio: ["pipe", "pipe", "inherit"] });
const [port] = (await once(createInterface(shop.stdout), "line")) as [string];
const stopLoad = startLoad(Number(port));

const options = process.argv.slice(2);
const traceArguments = [script, "-p", String(shop.pid), "--for", "5s", ...options];
process.stderr.write(
  `A shop with customers runs as process ${String(shop.pid)}. In another terminal you would type:\n\n` +
    `  trace run ${relative(process.cwd(), script)} -p ${String(shop.pid)} --for 5s ${options.join(" ")}\n\n`,
);
// Ctrl-C is for trace, which then prints what it has; the demo ends after it.
process.on("SIGINT", () => undefined);
const tracer = spawn(process.execPath, [command, "run", ...traceArguments], { stdio: "inherit" });
const [status] = (await once(tracer, "exit")) as [number | null];

stopLoad();
shop.stdin.end();
process.exitCode = status ?? 1;
