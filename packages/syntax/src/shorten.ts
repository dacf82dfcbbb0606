/** Parts of scripts inside messages. */

/** `text` for a message: on one line and not too long. */
export function shorten(text: string, longest = 40): string {
  const [line = ""] = text.split("\n", 1);
  return line.length === text.length && text.length <= longest ? text : `${line.slice(0, longest - 3)}...`;
}
