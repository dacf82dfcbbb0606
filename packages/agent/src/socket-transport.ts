/**
 * The transport without the add-on: a server of `node:net` in the event loop. A busy loop is not heard of by tracers
 * until its next turn.
 */
import { chmodSync, unlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { encodeFrame, encodeU32, FrameReader, FrameType, type Frame } from "./frame.ts";
import { loopTransport } from "./loop-transport.ts";
import type { Transport } from "./transport.ts";

/** Bytes that may wait for one tracer. */
const MAX_QUEUED_BYTES = 8 << 20;

/**
 * Listens at `path`.
 *
 * @param onMessages called when there are messages to take.
 */
export function socketTransport(path: string, onMessages: () => void): Transport {
  const loop = loopTransport(onMessages);
  const connections = new Map<number, Socket>();
  let manifest: Uint8Array = new Uint8Array(0);
  let lastConnection = 0;

  const handle = (connection: number, socket: Socket, { type, payload }: Frame): void => {
    switch (type) {
      case FrameType.hello:
        socket.write(encodeFrame(FrameType.hello, manifest));
        break;
      case FrameType.message:
      case FrameType.keptMessage:
        loop.post({ kind: "message", connection, data: payload });
        break;
      case FrameType.arm:
      case FrameType.disarm:
        // No manifest of this transport names a library: sessions arm their probes themselves.
        break;
      default:
        socket.destroy();
    }
  };
  const server = createServer((socket) => {
    const connection = ++lastConnection;
    const reader = new FrameReader();
    socket.unref();
    connections.set(connection, socket);
    loop.post({ kind: "open", connection });
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) handle(connection, socket, frame);
      } catch {
        socket.destroy();
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      connections.delete(connection);
      loop.post({ kind: "closed", connection });
    });
  });
  const removeFile = (): void => {
    try {
      unlinkSync(path);
    } catch {
      // Gone already.
    }
  };
  removeFile();
  server.on("error", () => server.close());
  // Exclusive: a worker of node:cluster must not leave this to its primary.
  server.listen({ path, exclusive: true }, () => {
    try {
      chmodSync(path, 0o600);
    } catch {
      // The directory lets nobody else in anyway.
    }
  });
  server.unref();
  process.on("exit", removeFile);

  return {
    ...loop,
    send(connection, data) {
      const socket = connections.get(connection);
      if (socket === undefined || socket.writableLength > MAX_QUEUED_BYTES) return false;
      socket.write(encodeFrame(FrameType.message, encodeU32(loop.environment), data));
      return true;
    },
    disconnect: (connection) => void connections.get(connection)?.end(),
    setManifest(bytes) {
      manifest = bytes;
    },
    close() {
      loop.close();
      for (const socket of connections.values()) socket.destroy();
      server.close();
      process.off("exit", removeFile);
      removeFile();
    },
  };
}
