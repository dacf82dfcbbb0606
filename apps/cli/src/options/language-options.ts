/** The options `-x NAME[=VALUE]` and `-q`, which a language takes as if the script had set them. */

/** Options in the language's own spelling. */
export function parseLanguageOptions(
  settings: readonly string[],
  quiet: boolean,
): Readonly<Record<string, string | true>> {
  const options: Record<string, string | true> = quiet ? { quiet: true } : {};
  for (const setting of settings) {
    const equals = setting.indexOf("=");
    if (equals < 0) options[setting] = true;
    else options[setting.slice(0, equals)] = setting.slice(equals + 1);
  }
  return options;
}
