/** The one agent of an environment. */
import { Agent } from "./agent.ts";

/** Changes with any change of {@link Agent} that another copy of this package would notice. */
const KEY = Symbol.for("trace.agent.1");

/** The environment's agent; one also where several copies of this package are loaded. */
export function processAgent(): Agent {
  const realm = globalThis as { [KEY]?: Agent };
  realm[KEY] ??= new Agent();
  return realm[KEY];
}
