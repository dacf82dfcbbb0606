import {
  int16,
  int32,
  int64,
  int8,
  string,
  typeName,
  uint32,
  uint64,
  type Expression,
  type ProbeDescription,
} from "@trace/core";
import { describe, expect, test } from "vitest";
import { clauseOf, codesOf, errorsOf, expressionOf } from "../test-kit.ts";

/** A short text of an IR expression: every operand with its type. */
function short(node: Expression): string {
  const type = typeName(node.type);
  const all = (nodes: readonly Expression[]): string => nodes.map(short).join(", ");
  switch (node.kind) {
    case "integer":
    case "float":
    case "string":
      return `${JSON.stringify(node.value)}:${type}`;
    case "argument":
      return `arg${node.index}`;
    case "builtin":
      return node.name;
    case "variable":
      return `${node.scope}.${node.name}${node.keys.length === 0 ? "" : `[${all(node.keys)}]`}:${type}`;
    case "unary":
      return `${node.operator}(${short(node.operand)}):${type}`;
    case "binary":
      return `(${short(node.left)} ${node.operator} ${short(node.right)}):${type}`;
    case "conditional":
      return `(${short(node.condition)} ? ${short(node.then)} : ${short(node.otherwise)}):${type}`;
    case "cast":
      return `${type}(${short(node.operand)})`;
    case "call":
      return `${node.function}(${all(node.arguments)})`;
    case "assign":
      return `(${short(node.target)} ${node.operator ?? ""}= ${short(node.value)})`;
    case "increment":
      return `(${short(node.target)} ${node.by === 1 ? "++" : "--"})`;
    case "sequence":
      return `{${all(node.expressions)}}:${type}`;
  }
}

describe("integer constants", () => {
  test.each([
    ["5", 5, int32],
    ["2147483647", 2147483647, int32],
    ["2147483648", 2147483648, int64],
    ["0x80000000", 2147483648, uint32],
    ["0x100000000", 4294967296, int64],
    ["5u", 5, uint32],
    ["5l", 5, int64],
    ["5ull", 5, uint64],
    ["9223372036854775807", "9223372036854775807", int64],
    ["0xffffffffffffffff", "18446744073709551615", uint64],
    ["'a'", 97, int32],
    ["-5", -5, int32],
    ["~0", -1, int32],
    ["!5", 0, int32],
    ["(char)65", 65, int8],
    ["(char)200", -56, int8],
    ["(short)-2", -2, int16],
    ["(uint64_t)-1", "18446744073709551615", uint64],
    ["2 + 3 * 4", 14, int32],
    ["2147483647 + 1", -2147483648, int32],
    ["7 / -2", -3, int32],
    ["-7 % 3", -1, int32],
    ["1 << 4 | 3", 19, int32],
    ["1ull << 63", "9223372036854775808", uint64],
    ["-8 >> 1", -4, int32],
    ["sizeof (long)", 8, uint64],
    ["sizeof (char)", 1, uint64],
    ["sizeof (int *)", 8, uint64],
  ])("%s", (text, value, type) => {
    expect(expressionOf(text)).toEqual({ kind: "integer", value, type });
  });

  test("the greatest decimal constants need a suffix", () => {
    expect(codesOf("BEGIN { x = 9223372036854775808; }")).toEqual(["D_INT_OFLOW"]);
  });

  test("a constant is not divided by zero", () => {
    expect(codesOf("BEGIN { x = 5 / 0; }")).toEqual(["D_DIV_ZERO"]);
    expect(codesOf("BEGIN { x = 5 % (1 - 1); }")).toEqual(["D_DIV_ZERO"]);
    expect(codesOf("BEGIN { y = 0; x = 5 / y; }")).toEqual([]);
  });
});

describe("conversions", () => {
  test.each([
    ["arg0 + 1", "(arg0 + 1:int64):int64"],
    ["pid + 1", "(pid + 1:int32):int32"],
    ["pid + uid", "(uint32(pid) + uid):uint32"],
    ["uid + arg0", "(int64(uid) + arg0):int64"],
    ["timestamp - arg0", "(timestamp - uint64(arg0)):uint64"],
    ["(char)arg0 + (short)arg1", "(int32(int8(arg0)) + int32(int16(arg1))):int32"],
    ["-(char)arg0", "-(int32(int8(arg0))):int32"],
    ["arg0 == 1", "(arg0 == 1:int64):int32"],
    ["pid < timestamp", "(uint64(pid) < timestamp):int32"],
    ["pid << arg0", "(pid << arg0):int32"],
    ["arg0 && !pid", "(arg0 && !(pid):int32):int32"],
    ["arg0 ? pid : arg1", "(arg0 ? int64(pid) : arg1):int64"],
    ['arg0 ? "a" : execname', '(arg0 ? "a":string : execname):string'],
    ['execname == "node"', '(execname == "node":string):int32'],
    ["(uintptr_t)arg0 == NULL", "(uint64(arg0) == 0:uint64):int32"],
    ["(char *)arg0 != 0", "(uint64(arg0) != 0:uint64):int32"],
    ["(pid, uid)", "{pid, uid}:uint32"],
  ])("%s", (text, expected) => {
    expect(short(expressionOf(text))).toBe(expected);
  });

  test.each([
    ["execname + 1", "D_OP_INCOMPAT"],
    ['"a" * 2', "D_OP_ARITH"],
    ['"a" & 2', "D_OP_INT"],
    ['~"a"', "D_OP_INT"],
    ['-"a"', "D_OP_ARITH"],
    ['!"a"', "D_OP_SCALAR"],
    ['"a" && 1', "D_OP_SCALAR"],
    ['"a" ? 1 : 2', "D_OP_SCALAR"],
    ['1 ? "a" : 2', "D_OP_INCOMPAT"],
    ['"a" == 1', "D_OP_INCOMPAT"],
    ['(int)"5"', "D_CAST_INVAL"],
    ["sizeof (void)", "D_SIZEOF_TYPE"],
    ["(foo_t)1", "D_TYPE_ERR"],
    ["(long char)1", "D_DECL_CHARATTR"],
    ["(short long)1", "D_DECL_COMBO"],
    ["1.5", "D_SYNTAX"],
    ["1, trace(2)", "D_PROTO_LEN"],
    ["(1, trace(2))", "D_OP_ACT"],
    ["1 ? exit(0) : 2", "D_OP_ACT"],
    ["trace(1)", "D_CG_EXPR"],
    ["count()", "D_CG_EXPR"],
    ["nothing()", "D_FUNC_UNDEF"],
    ["pid()", "D_FUNC_IDKIND"],
    ["5()", "D_FUNC_IDENT"],
    ["nothing", "D_IDENT_UNDEF"],
    ["self->nothing", "D_VAR_UNDEF"],
    ['nothing["a"]', "D_VAR_UNDEF"],
    ["@a", "D_TRACE_DYN"],
    ["1 + @a", "D_OP_DYN"],
    ["`jiffies", "D_NOT_SUPPORTED"],
    ["curthread", "D_NOT_SUPPORTED"],
    ["curthread->pid", "D_NOT_SUPPORTED"],
    ["*arg0", "D_DEREF_NONPTR"],
    ["*(void *)arg0", "D_DEREF_VOID"],
    ["&arg0", "D_ADDROF_VAR"],
    ["arg0->a", "D_OP_PTR"],
    ["arg0.a", "D_OP_SOU"],
    ["xlate <int>(arg0)", "D_NOT_SUPPORTED"],
    ["offsetof(int, b)", "D_OFFSETOF_TYPE"],
    ["offsetof(struct a, b)", "D_TYPE_MEMBER"],
    ["alloca(257)", "D_ALLOCA_SIZE"],
  ])("%s: %s", (text, code) => {
    expect(codesOf(`BEGIN { trace(${text}); }`)).toEqual([code]);
  });
});

describe("functions", () => {
  test.each([
    ["copyinstr(arg1)", "copyinstr(arg1)"],
    ["copyinstr(arg1, 10)", "copyinstr(arg1, 10:uint64)"],
    ["stringof(arg1)", "copyinstr(arg1)"],
    ["stringof(execname)", "execname"],
    ["(string)arg1", "copyinstr(arg1)"],
    ["copyinstr((uintptr_t)arg1)", "copyinstr(uint64(arg1))"],
    ["lltostr(pid)", "lltostr(int64(pid))"],
    ["strlen(execname)", "uint64(strlen(execname))"],
    ['index(execname, "o")', 'index(execname, "o":string)'],
    ["substr(execname, 1, arg0)", "substr(execname, 1:int32, int32(arg0))"],
    ["strlen((char *)arg1)", "uint64(strlen(copyinstr(uint64(arg1))))"],
    ['(char *)arg1 == "x"', '(copyinstr(uint64(arg1)) == "x":string):int32'],
    ["strchr(execname, '/')", "strchr(execname, 47:int32)"],
    ["basename(dirname(execname))", "basename(dirname(execname))"],
  ])("%s", (text, expected) => {
    expect(short(expressionOf(text))).toBe(expected);
  });

  test("a wrong number of arguments", () => {
    expect(errorsOf("BEGIN { trace(strlen()); }")).toBe(
      "x.d:1:15: error: strlen() takes 1 argument (string), not 0 [D_PROTO_LEN]\n" +
        "    1 | BEGIN { trace(strlen()); }\n      |               ^~~~~~~~\n",
    );
    expect(codesOf("BEGIN { trace(substr(execname)); }")).toEqual(["D_PROTO_LEN"]);
  });

  test("an argument of a wrong type", () => {
    expect(errorsOf("BEGIN { trace(strlen(arg0)); }")).toBe(
      "x.d:1:22: error: argument 1 of strlen() is a string, not long [D_PROTO_ARG]\n" +
        "    1 | BEGIN { trace(strlen(arg0)); }\n      |                      ^~~~\n" +
        "      = hint: read a string with copyinstr() or stringof()\n",
    );
  });

  test("a misspelt function", () => {
    expect(errorsOf('BEGIN\n{\n  x = strjon("a", "b");\n}')).toBe(
      "x.d:3:7: error: unknown function strjon() [D_FUNC_UNDEF]\n" +
        '    3 |   x = strjon("a", "b");\n      |       ^~~~~~\n' +
        "      = hint: did you mean 'strjoin'?\n",
    );
  });
});

describe("args[]", () => {
  const probe = (...types: ProbeDescription["arguments"][number]["type"][]): ProbeDescription => ({
    family: "usdt",
    provider: "shop",
    module: "",
    function: "",
    name: "checkout",
    arguments: types.map((type) => ({ type })),
  });
  const typed = (text: string, probes: readonly ProbeDescription[]): string => {
    const [statement] = clauseOf(`shop:::checkout { trace(${text}); }`, { probes }).body;
    return statement?.kind === "trace" ? short(statement.value) : "";
  };

  test.each([
    ["string", "copyinstr(arg0)"],
    ["json", "copyinstr(arg0)"],
    ["int8", "int8(arg0)"],
    ["uint32", "uint32(arg0)"],
    ["int64", "arg0"],
    ["uint64", "uint64(arg0)"],
    ["pointer", "uint64(arg0)"],
    ["double", "bits_to_double(uint64(arg0))"],
  ] as const)("%s", (type, expected) => {
    expect(typed("args[0]", [probe(type)])).toBe(expected);
  });

  test("a 64-bit integer where nothing is known or probes do not agree", () => {
    expect(typed("args[0]", [])).toBe("arg0");
    expect(typed("args[0]", [probe("string"), probe("int8")])).toBe("arg0");
  });

  test("only the probes of the clause count", () => {
    expect(typed("args[0]", [probe("string"), { ...probe("int8"), name: "other" }])).toBe("copyinstr(arg0)");
  });

  test("a string serves as one", () => {
    expect(typed('args[0] == "x"', [probe("string")])).toBe('(copyinstr(arg0) == "x":string):int32');
  });

  test("an index that no probe has", () => {
    const { provider, module, function: fn } = probe();
    expect([provider, module, fn]).toEqual(["shop", "", ""]);
    expect(errorsOf("shop:::checkout { trace(args[1]); }", { probes: [probe("string")] })).toBe(
      "x.d:1:25: error: args[1] does not exist: the probe has 1 argument [D_ARGS_IDX]\n" +
        "    1 | shop:::checkout { trace(args[1]); }\n      |                         ^~~~~~~\n",
    );
    expect(codesOf("BEGIN { trace(args[arg0]); }")).toEqual(["D_ARGS_TYPE"]);
    expect(codesOf("BEGIN { trace(args); }")).toEqual(["D_ARGS_TYPE"]);
  });
});

test("built-in variables keep their types", () => {
  expect([short(expressionOf("probename")), expressionOf("id")]).toEqual([
    "probename",
    { kind: "builtin", name: "probeid", type: uint32 },
  ]);
  expect(expressionOf("execname").type).toEqual(string);
});
