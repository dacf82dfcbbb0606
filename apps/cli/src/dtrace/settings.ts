/** Settings: those of the environment, then those of the command line. */
import type { Language } from "@trace/core";
import type { Setting } from "./dtrace-request.ts";
import { DtraceFailure } from "./dtrace-failure.ts";

const PREFIX = "DTRACE_OPT_";

/** `DTRACE_OPT_STRSIZE=64` is as `-x strsize=64`. */
export function environmentSettings(environment: NodeJS.ProcessEnv): readonly Setting[] {
  return Object.entries(environment)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([key, value = ""]) => {
      const name = key.slice(PREFIX.length).toLowerCase();
      return { name, text: `-x ${name}`, ...(value === "" ? {} : { value }) };
    });
}

/** Settings as a language takes them; of those given twice the last counts. */
export function languageOptions(settings: readonly Setting[]): Readonly<Record<string, string | true>> {
  return Object.fromEntries(settings.map(({ name, value }) => [name, value ?? true]));
}

/** Is a switch on? As D has it: without a value, or with one that is not `no`, `off`, `0`, .. */
export function isOn(settings: readonly Setting[], wanted: string): boolean {
  const setting = settings.findLast(({ name }) => name === wanted);
  return setting !== undefined && !/^(0+|no|off|false|unset|disabled?)$/i.test(setting.value ?? "");
}

/** Throws a DtraceFailure for the first setting that `language` does not know or of which it does not take the value. */
export function checkSettings(settings: readonly Setting[], language: Language): void {
  for (const setting of settings) {
    if (setting.name === "stdc" && !/^[acst]$/.test(setting.value ?? ""))
      throw new DtraceFailure(`failed to set ${setting.text}: Invalid value for specified option`);
    const { diagnostics } = language.parse(
      { name: "", text: "BEGIN{}" },
      { options: languageOptions([setting]) },
    );
    const wrong = diagnostics.find(({ severity }) => severity === "error");
    if (wrong === undefined) continue;
    const reason = wrong.message.startsWith("there is no option")
      ? "Invalid option name"
      : "Invalid value for specified option";
    throw new DtraceFailure(`failed to set ${setting.text}: ${reason}`);
  }
}
