import { existsSync, readFileSync } from "node:fs";
import { int8, int16, int32, int64, string } from "@trace/core";
import { describe, expect, it } from "vitest";
import {
  aggregation,
  printf,
  printa,
  trace,
  nothing,
  exit,
  type Scenario,
  play,
  d,
  s,
  at,
  lquantize,
  llquantize,
  beginFrame,
  scalar,
} from "./scenario.ts";

const stackKey = aggregation(
  "_",
  "count",
  [{ kind: "stack", space: "user", depth: 3 }, string, int32],
  [[[beginFrame, "k", 7], 1]],
);
const alphaBeta = aggregation(
  "_",
  "count",
  [string, int32],
  [
    [["alpha", 1], 1],
    [["beta", 2], 1],
  ],
);
const ranked = aggregation(
  "_",
  "sum",
  [string],
  [
    [["c"], 3],
    [["a"], 1],
    [["d"], 4],
    [["b"], 2],
  ],
);
const abc = aggregation(
  "_",
  "count",
  [string],
  [
    [["b"], 1, 1],
    [["a"], 1],
    [["c"], 1],
  ],
);
/** The scripts of the reference, by name: what their run hands to a reporter. */
const reference: Readonly<Record<string, Scenario>> = {
  agg_default: {
    options: { quiet: false },
    cpu: 1,
    aggregations: [aggregation("_", "count", [string], [[["k"], 1]])],
    records: [[printf(["two\nlines\n"]), exit]],
  },
  agg_empty: { aggregations: [aggregation("never", "count", [], []), aggregation("q", "quantize", [], [])] },
  agg_key1: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [string],
        [
          [["alpha"], 1, 1],
          [["beta"], 1],
          [["a very long key string that goes beyond the fifty character column width"], 1],
          [[""], 1],
        ],
      ),
    ],
  },
  agg_key2b: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [string, int32, string],
        [
          [["beta", 22, "yy"], 1],
          [["alpha", 1, "x"], 1],
        ],
      ),
    ],
  },
  agg_keyint2: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [int32],
        [
          [[-5], 1],
          [[1], 1],
        ],
      ),
      aggregation("b", "sum", [int64], [[[123456789012], 99]]),
      aggregation("c", "count", [int16], [[[3], 1]]),
      aggregation("d", "count", [int8], [[[65], 1]]),
    ],
  },
  agg_llquantize: { aggregations: [scalar("_", llquantize(10, 0, 3, 10), 1, 15, 150, 99999, 0)] },
  agg_llquantize20: { aggregations: [scalar("_", llquantize(10, 0, 2, 20), 15, 7, -7)] },
  agg_lquantize: { aggregations: [scalar("_", lquantize(0, 100, 10), 5, 15, -1, 250, 99, 15)] },
  agg_lquantize2: { aggregations: [aggregation("_", lquantize(0, 10), [string], [[["k"], 3, 4, 4]])] },
  agg_lquantize_step: { aggregations: [scalar("_", lquantize(0, 100, 10), 55)] },
  agg_multi_exit: {
    options: { quiet: false },
    aggregations: [
      scalar("a", "count", 1),
      scalar("b", "quantize", 3),
      aggregation("c", "sum", [string, int32], [[["x", 1], 4]]),
      scalar("d", "avg", 2),
    ],
  },
  agg_named: {
    aggregations: [
      aggregation("num", "count", [string], [[["alpha"], 1]]),
      aggregation("tot", "sum", [string], [[["alpha"], 12345]]),
      aggregation("avg", "avg", [string], [[["x"], 5]]),
    ],
  },
  agg_noq_dummy: {},
  agg_pid_exec: {
    aggregations: [aggregation("_", "count", [int32, string, int32], [[[28862, "BEGIN", 0], 1]])],
  },
  agg_quantize: { aggregations: [scalar("_", "quantize", 0, 1, 1, 5, 100, -3)] },
  agg_quantize_key: {
    aggregations: [
      aggregation(
        "_",
        "quantize",
        [string],
        [
          [["read"], 1, 1000],
          [["write"], 7],
        ],
      ),
    ],
  },
  agg_quantize_w: { aggregations: [scalar("_", "quantize", [10, 5], [20, 2], 40)] },
  agg_scalar: {
    aggregations: [
      scalar("c", "count", 1, 1),
      scalar("s", "sum", 10, -3),
      scalar("a", "avg", 10, 5),
      scalar("mn", "min", 7, -2),
      scalar("mx", "max", 7, 3),
      scalar("sd", "stddev", 2, 4, 9),
    ],
  },
  avg_neg: {
    aggregations: [scalar("_", "avg", -7, 2), aggregation("b", "avg", [string], [[["x"], -1]])],
  },
  default_action: { options: { quiet: false }, records: [[nothing], [exit]] },
  intsort: {
    aggregations: [
      aggregation(
        "_",
        "count",
        [int32],
        [
          [[10], 1],
          [[-2], 1],
          [[9], 1],
        ],
      ),
    ],
  },
  lq_neg: { aggregations: [scalar("_", lquantize(-10, 10, 5), -5, -10, 10)] },
  min_max_only: {
    aggregations: [
      aggregation("_", "min", [string], [[["a"], -100]]),
      aggregation("m", "max", [string], [[["a"], -100]]),
    ],
  },
  normalize: {
    records: [
      [
        printa(
          [
            aggregation(
              "_",
              "sum",
              [string],
              [
                [["a"], 1000],
                [["b"], 2500],
              ],
              1000,
            ),
          ],
          [s, " ", at, "\n"],
        ),
        printa(
          [
            aggregation(
              "_",
              "sum",
              [string],
              [
                [["a"], 1000],
                [["b"], 2500],
              ],
            ),
          ],
          [s, " ", at, "\n"],
        ),
        exit,
      ],
    ],
    aggregations: [
      aggregation(
        "_",
        "sum",
        [string],
        [
          [["a"], 1000],
          [["b"], 2500],
        ],
      ),
    ],
  },
  normalize_q: {
    aggregations: [
      aggregation("_", "quantize", [string], [[["a"], 1000, 1000]], 2),
      aggregation("s", "sum", [], [[[], -5]], 2),
    ],
  },
  printa_avgfmt: {
    records: [
      [
        printa(
          [scalar("a", "avg", 10, 5), scalar("s", "stddev", 2, 9), scalar("q", "quantize", 9)],
          ["avg ", at, " stddev ", at, " q ", at, " end\n"],
        ),
        exit,
      ],
    ],
  },
  printa_fewer: {
    records: [[printa([aggregation("a", "count", [string, int32], [[["x", 2], 1]])], [s, " ", at, "\n"])]],
  },
  printa_fmt: {
    aggregations: [alphaBeta],
    records: [
      [
        printa([alphaBeta], [s, " ", d, " ", at, "\n"]),
        printa(
          [alphaBeta],
          [
            "[",
            { kind: "s", width: 10, flags: "-" },
            "|",
            { kind: "d", width: 5 },
            "] = ",
            { kind: "d", width: 8, aggregate: true },
            "\n",
          ],
        ),
        printa([alphaBeta], [at, " ", s, "\n"]),
        exit,
      ],
    ],
  },
  printa_hex: {
    records: [
      [
        printa(
          [aggregation("_", "sum", [string], [[["alpha"], 255]])],
          [
            s,
            " ",
            { kind: "x", aggregate: true },
            " ",
            { kind: "u", aggregate: true },
            " ",
            { kind: "o", aggregate: true },
            "\n",
          ],
        ),
      ],
    ],
  },
  printa_k: {
    aggregations: [stackKey],
    records: [
      [
        printa([stackKey], [{ kind: "k" }, " ", s, " ", d, " ", { kind: "u", aggregate: true }, "\n"]),
        printa([stackKey]),
        exit,
      ],
    ],
  },
  printa_multi: {
    records: [
      [
        printa(
          [
            aggregation(
              "a",
              "count",
              [string],
              [
                [["alpha"], 1],
                [["beta"], 1],
              ],
            ),
            aggregation("b", "sum", [string], [[["alpha"], 10]]),
            aggregation("c", "avg", [string], [[["alpha"], 3]]),
          ],
          [
            { kind: "s", width: 10, flags: "-" },
            " ",
            { ...at, width: 8 },
            " ",
            { ...at, width: 8 },
            " ",
            { ...at, width: 8 },
            "\n",
          ],
        ),
      ],
    ],
  },
  printa_multi_noformat: {
    records: [
      [
        printa([
          aggregation("a", "count", [string], [[["alpha"], 1]]),
          aggregation("b", "sum", [string], [[["alpha"], 10]]),
        ]),
      ],
    ],
  },
  printa_noagg: { records: [[printa([aggregation("a", "count", [string], [[["x"], 1]])], [s, "\n"])]] },
  printa_nokey: {
    records: [[printa([scalar("_", "sum", 255)], ["total ", at, "\n"]), printa([scalar("_", "sum", 255)])]],
  },
  printa_plain: { aggregations: [alphaBeta], records: [[printa([alphaBeta]), exit]] },
  printa_quant: {
    records: [
      [
        printa(
          [
            aggregation(
              "q",
              "quantize",
              [string],
              [
                [["alpha"], 5],
                [["beta"], 50],
              ],
            ),
          ],
          ["key=", s, " ", at, "\n"],
        ),
        printa([
          aggregation(
            "q",
            "quantize",
            [string],
            [
              [["beta"], 50],
              [["alpha"], 5],
            ],
          ),
        ]),
      ],
    ],
  },
  printa_two_keys_missing: {
    records: [
      [
        printa(
          [
            aggregation("a", "count", [string], [[["x"], 1]]),
            aggregation("b", "count", [string], [[["y"], 1]]),
          ],
          [s, " ", at, " ", at, "\n"],
        ),
      ],
    ],
  },
  quant_big: {
    aggregations: [scalar("_", "quantize", 9223372036854775807n, -9223372036854775807n)],
  },
  quant_manyat: { aggregations: [scalar("_", "quantize", [1, 1000000], [4, 3], [1024, 499999])] },
  quant_negcount: { aggregations: [scalar("_", "quantize", [1, -5], [4, 5])] },
  sortkey: { options: { sort: { by: "key" } }, aggregations: [abc] },
  sortkeyrev: { options: { sort: { by: "key", reverse: true } }, aggregations: [abc] },
  sortrev: { options: { sort: { by: "value", reverse: true } }, aggregations: [abc] },
  stddev_big: {
    aggregations: [scalar("_", "stddev", 1000000, 3000000, 1000000000000), scalar("n", "stddev", 5)],
  },
  trace: {
    options: { quiet: false },
    records: [
      [
        trace(5, int32),
        trace("str", string),
        trace(-1, int32),
        trace(65, int8),
        trace(7, int16),
        trace(9, int64),
        exit,
      ],
    ],
  },
  traceq: {
    records: [
      [
        trace(5, int32),
        trace("str", string),
        trace(-1, int32),
        trace(65, int8),
        trace(7, int16),
        trace(9, int64),
        exit,
      ],
    ],
  },
  trunc_n: {
    aggregations: [ranked],
    records: [
      [
        printa(
          [
            {
              ...ranked,
              snapshot: {
                name: "_",
                rows: ranked.snapshot.rows.filter(({ keys }) => keys[0] === "c" || keys[0] === "d"),
              },
            },
          ],
          [s, " ", at, "\n"],
        ),
      ],
    ],
  },
  xquiet: { aggregations: [aggregation("_", "count", [string], [[["a"], 1]])] },
  zerofill: {
    aggregations: [
      aggregation("_", "sum", [string], [[["z"], 0]]),
      aggregation("q", "quantize", [string], [[["z"]]]),
    ],
  },
};

const referenceFolder = new URL("../../../../../shared/reference/dtrace/", import.meta.url);

describe.skipIf(!existsSync(referenceFolder))(
  "the output of DTrace 2.0.7, from ../shared/reference/dtrace",
  () => {
    it.each(Object.entries(reference))("%s", async (name, scenario) => {
      expect(await play(scenario)).toBe(readFileSync(new URL(`${name}.out`, referenceFolder), "utf8"));
    });
  },
);
