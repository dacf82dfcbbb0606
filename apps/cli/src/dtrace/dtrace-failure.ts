/** The end of a run in dtrace's manner: one line on standard error, and a status. */
export class DtraceFailure extends Error {
  readonly status: 1 | 2;

  /** @param message without the name of the command before it. */
  constructor(message: string, status: 1 | 2 = 1) {
    super(message);
    this.name = "DtraceFailure";
    this.status = status;
  }
}
