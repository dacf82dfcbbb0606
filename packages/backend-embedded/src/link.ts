/** What a run holds of a process. */
import type { Manifest, ProcessMessage, TracerMessage } from "@trace/agent";

/** What a run hears of its links. */
export interface LinkListener {
  message(link: Link, environment: number, message: ProcessMessage): void;
  /** The process, or the connection to it, is gone. */
  closed(link: Link): void;
}

/** A process, or this one, as a run sees it. */
export interface Link {
  readonly pid: number;
  /** What to put before a path of the process to open it from here. */
  readonly root: string;
  listener: LinkListener | undefined;
  /** The environments of the process; when it comes, all that was sent before has been received. */
  hello(): Promise<readonly Manifest[]>;
  /** Raises the semaphores of probes. */
  arm(probes: readonly ProbeKey[]): void;
  /** Sends to all environments; `kept`, also to those that come later. */
  send(message: TracerMessage, kept?: boolean): void;
  /** Stops reading, or goes on. */
  pause(isPaused: boolean): void;
  close(): void;
}

/** A probe in the process's table of libraries. */
export interface ProbeKey {
  readonly library: number;
  readonly index: number;
}
