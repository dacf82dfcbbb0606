/** The connection of a tracer to a process. */
import { connect, type Socket } from "node:net";
import {
  decodeManifests,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  encodeU32,
  FrameReader,
  FrameType,
  type Frame,
  type Manifest,
  type ProcessMessage,
  type TracerMessage,
} from "@trace/agent";
import { errorDiagnostic, TraceError } from "@trace/core";
import { notPermitted, notTraceable } from "./find-process.ts";
import type { Link, LinkListener, ProbeKey } from "./link.ts";

/** How long a process without the add-on may take for its next turn of the event loop. */
const HELLO_MILLISECONDS = 5000;

/** Connects to the socket at `path`. Rejects with a TraceError. */
export async function openProcessLink(pid: number, path: string, root: string): Promise<Link> {
  return new ProcessLink(pid, root, await openSocket(pid, path));
}

function openSocket(pid: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EACCES" || error.code === "EPERM" ? notPermitted(pid) : notTraceable(pid));
    });
  });
}

class ProcessLink implements Link {
  readonly pid: number;
  readonly root: string;
  listener: LinkListener | undefined;
  private readonly socket: Socket;
  private readonly reader = new FrameReader();
  private readonly hellos: { resolve(manifests: readonly Manifest[]): void; reject(error: Error): void }[] =
    [];

  constructor(pid: number, root: string, socket: Socket) {
    this.pid = pid;
    this.root = root;
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const frame of this.reader.push(chunk)) this.receive(frame);
      } catch {
        socket.destroy();
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      for (const hello of this.hellos) hello.reject(notTraceable(pid));
      this.listener?.closed(this);
    });
  }

  hello(): Promise<readonly Manifest[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(notAnswering(this.pid)), HELLO_MILLISECONDS);
      this.hellos.push({
        resolve: (manifests) => {
          clearTimeout(timer);
          resolve(manifests);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.socket.write(encodeFrame(FrameType.hello));
    });
  }

  arm(probes: readonly ProbeKey[]): void {
    const keys = probes.flatMap(({ library, index }) => [library, index]);
    if (keys.length > 0) this.socket.write(encodeFrame(FrameType.arm, encodeU32(...keys)));
  }

  send(message: TracerMessage, kept = false): void {
    this.socket.write(encodeFrame(kept ? FrameType.keptMessage : FrameType.message, encodeMessage(message)));
  }

  pause(isPaused: boolean): void {
    if (isPaused) this.socket.pause();
    else this.socket.resume();
  }

  close(): void {
    this.listener = undefined;
    this.socket.destroy();
  }

  private receive({ type, payload }: Frame): void {
    if (type === FrameType.hello) {
      this.hellos.shift()?.resolve(decodeManifests(payload));
    } else if (type === FrameType.message && payload.length >= 4) {
      const message = decodeMessage<ProcessMessage>(payload.subarray(4));
      if (message !== undefined) this.listener?.message(this, payload.readUInt32LE(0), message);
    }
  }
}

function notAnswering(pid: number): TraceError {
  return new TraceError(
    errorDiagnostic("TARGET_NOT_ANSWERING", `process ${pid} does not answer: its event loop is busy`, {
      hint: "with the native add-on of @trace/provider-stapsdt it would; or try again when it is idle",
    }),
  );
}
