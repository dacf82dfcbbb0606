/** Lines of a stream of bytes, read no faster than they are taken. */
import { decodeText } from "@trace/core";

/** A line, without its end; `tooLong` where it exceeded the limit and was thrown away. */
export type Line = { readonly text: string } | { readonly tooLong: number };

/**
 * The lines of `chunks`, which is read only while lines are asked for: that is the back-pressure. A line of more than
 * `limit` bytes is not kept.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const finish = (): Line => {
    const line: Line = length > limit ? { tooLong: length } : { text: decodeText(Buffer.concat(parts)) };
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (;;) {
      const newline = chunk.indexOf(0x0a, from);
      const part = chunk.subarray(from, newline < 0 ? chunk.length : newline);
      length += part.length;
      if (length <= limit) parts.push(part);
      else parts = [];
      if (newline < 0) break;
      yield finish();
      from = newline + 1;
    }
  }
  if (length > 0) yield finish();
}
