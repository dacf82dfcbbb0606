/** The terminal that live mode draws on: its size, and keys. */
import type { ReadStream, WriteStream } from "node:tty";

/** What live mode needs of a terminal besides a sink that writes to it. */
export interface LiveTerminal {
  size(): { readonly columns: number; readonly rows: number };
  /** Tells of keys and of changes of size until the result is called, which restores the terminal. Safe to call again. */
  listen(listeners: LiveListeners): () => void;
}

export interface LiveListeners {
  /** What came in: a character, or more where several are typed at once. */
  key(text: string): void;
  resize(): void;
}

/**
 * The terminal of this process; undefined where standard output is none. Without a standard input that is a terminal
 * there are no keys.
 */
export function processTerminal(
  input: ReadStream = process.stdin,
  output: WriteStream = process.stdout,
): LiveTerminal | undefined {
  // What is no terminal lacks isTTY, whatever its type says.
  if (!output.isTTY) return undefined;
  return {
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    listen({ key, resize }) {
      output.on("resize", resize);
      const unlisten = input.isTTY ? listenForKeys(input, key) : undefined;
      return () => {
        output.off("resize", resize);
        unlisten?.();
      };
    },
  };
}

/** Keys arrive one by one and unseen. Node restores the mode by itself when the process ends by exit or a signal. */
function listenForKeys(input: ReadStream, key: (text: string) => void): () => void {
  const onData = (data: Buffer): void => key(data.toString("latin1"));
  const wasRaw = input.isRaw;
  input.setRawMode(true);
  input.on("data", onData);
  input.resume();
  return () => {
    input.off("data", onData);
    input.setRawMode(wasRaw);
    input.pause();
  };
}
