/** Lines of text from pieces of a file. */
import { Malformed } from "./fields.ts";

/** Bytes that a line may have: more is no recording, and would not fit a string for long. */
export const maxLineLength: number = 256 * 2 ** 20;

const LINE_FEED = 10;

/**
 * The lines of `chunks`, without their ends; `done` tells whether the line had one. Holds one line and one chunk at most.
 * Throws a {@link Malformed} for text that is not UTF-8 and for a line that is too long.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly text: string; readonly complete: boolean }> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes: Uint8Array): string => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw new Malformed("it is not UTF-8");
    }
  };
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const piece = chunk.subarray(start, end);
      yield { text: decode(rest.length === 0 ? piece : Buffer.concat([...rest, piece])), complete: true };
      rest = [];
      length = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maxLineLength) throw new Malformed(`it is longer than ${maxLineLength} bytes`);
  }
  if (length > 0) yield { text: decode(Buffer.concat(rest)), complete: false };
}
