/** Customers: requests to the shop, a few at a time, until told to stop. */
import { Agent, get } from "node:http";

const COUNTRIES = ["CH", "DE", "FR", "BR", "JP"] as const;
const CUSTOMERS = 8;

/** Starts customers of the shop at `port`. Returns how to send them home. */
export function startLoad(port: number): () => void {
  const agent = new Agent({ keepAlive: true, maxSockets: CUSTOMERS });
  let open = true;
  const customer = async (): Promise<void> => {
    for (let visit = 0; open; visit++) await request(agent, port, visit % 4 === 3 ? checkout() : "/browse");
  };
  for (let index = 0; index < CUSTOMERS; index++) void customer();
  return () => {
    open = false;
    agent.destroy();
  };
}

function checkout(): string {
  const country = COUNTRIES[Math.floor(Math.random() ** 2 * COUNTRIES.length)] ?? "CH";
  return `/checkout?country=${country}&cents=${Math.floor(500 + Math.random() * 20_000)}`;
}

/** One request; a shop that closes in the middle is no error of the customer's. */
function request(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve) => {
    get({ agent, port, path, host: "127.0.0.1" }, (response) => {
      response.resume().on("close", () => resolve());
    }).on("error", () => resolve());
  });
}
