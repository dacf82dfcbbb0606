import { expect, test } from "vitest";
import { codesOf } from "../test-kit.ts";

test.each([
  ["speculate(1); speculate(1);", "D_SPEC_SPEC"],
  ["commit(1); speculate(1);", "D_SPEC_COMM"],
  ["trace(1); speculate(1);", "D_SPEC_DREC"],
  ["commit(1); commit(2);", "D_COMM_COMM"],
  ["trace(1); commit(1);", "D_COMM_DREC"],
  ["commit(1); trace(1);", "D_DREC_COMM"],
  ["speculate(1); @a = count();", "D_AGG_SPEC"],
  ["commit(1); @a = count();", "D_AGG_COMM"],
  ["speculate(1); exit(0);", "D_EXIT_SPEC"],
  ['discard("a");', "D_PROTO_ARG"],
  ["commit();", "D_PROTO_LEN"],
])("%s", (body, code) => {
  expect(codesOf(`BEGIN { ${body} }`)).toEqual([code]);
});

test("what speculates may record, and a speculation be discarded anywhere", () => {
  expect(codesOf("BEGIN { speculate(1); trace(1); discard(1); }")).toEqual([]);
});
