/** The life of a run, as its script sees it. Clauses of probes and timers run only while it is {@link running}. */

/** The map that holds it: 0 until the begin clauses have run. */
export const phase = "@phase";

/** The begin clauses have run, and nobody asked for the end. */
export const running = 1;

/** The program has executed `exit`, or was asked to stop. */
export const stopping = 2;
