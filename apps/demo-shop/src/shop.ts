/** The shop: a small HTTP service with probes. Prints its port when it is open. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createProvider } from "@trace/provider-stapsdt";

const { probes } = createProvider("shop", {
  request__start: ["id: uint32", "path: string"],
  request__done: ["id: uint32", "path: string", "status: int32"],
  checkout: ["order: string", "country: string", "cents: int64"],
});

let requests = 0;
let orders = 0;

const server = createServer((request, response) => {
  const id = ++requests;
  const url = new URL(request.url ?? "/", "http://shop");
  probes.request__start.fire(id, url.pathname);
  void serve(url, response).then((status) => {
    probes.request__done.fire(id, url.pathname, status);
  });
});

async function serve(url: URL, response: ServerResponse): Promise<number> {
  const status = await page(url);
  response.writeHead(status).end();
  return status;
}

async function page(url: URL): Promise<number> {
  switch (url.pathname) {
    case "/browse":
      await delay(1);
      return 200;
    case "/checkout": {
      const country = url.searchParams.get("country") ?? "";
      const cents = Number(url.searchParams.get("cents"));
      // The payment service of some countries is slow: what the demo's histogram brings to light.
      await delay(country === "BR" ? 40 + Math.random() * 60 : 4 + Math.random() * 8);
      probes.checkout.fire(`order-${++orders}`, country, cents);
      return 201;
    }
    default:
      return 404;
  }
}

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
// Whoever started the shop holds its standard input open; when that is gone the shop closes.
process.stdin.resume().on("end", () => process.exit(0));
