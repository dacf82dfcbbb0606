/**
 * Command lines of dtrace: options, and a script. What the real one printed for each is in recorded.json, which
 * `node test-e2e/dtrace-command/record.mjs DTRACE` writes anew.
 */

const cases = [];

/** A script, called script.d, under options. */
const script = (name, text, options = [], more = {}) => {
  cases.push({
    name,
    text: `${text.trim()}\n`,
    args: [...options, "-s", "script.d", ...(more.arguments ?? [])],
  });
};
/** What a clause prints, without anything around it. */
const prints = (name, body) => script(name, `BEGIN\n{\n${body}\nexit(0);\n}`, ["-q"]);
/** A script that is not taken, by its tag. */
const refused = (name, text) => script(`refused: ${name}`, text, ["-xerrtags"]);
/** Words alone. */
const words = (name, ...args) => {
  cases.push({ name, args });
};

prints("arithmetic", 'printf("%d %d %d %d %d\\n", 7 / 2, -7 / 2, 7 % 3, -7 % 3, 7 * -3);');
prints("shifts", 'printf("%d %d %x %d\\n", 1 << 4, -16 >> 2, 0xff & ~0xf, 5 ^ 3);');
prints("precedence", 'printf("%d %d %d\\n", 1 + 2 * 3, (1 + 2) * 3, 1 << 2 + 1);');
prints("comparison", 'printf("%d %d %d %d\\n", 1 < 2, 2 <= 1, 1 == 1, 1 != 1);');
prints("logic", 'printf("%d %d %d %d\\n", 1 && 0, 1 || 0, 1 ^^ 1, !5);');
prints("ternary", 'x = 3; printf("%s\\n", x > 2 ? "more" : "less");');
prints("increments", 'x = 5; y = x++; z = ++x; printf("%d %d %d\\n", x, y, z);');
prints("compound assignment", 'x = 10; x += 5; x -= 3; x *= 2; x /= 5; x <<= 3; x |= 1; printf("%d\\n", x);');
prints("widths", 'printf("%d %d %d\\n", (char)300, (short)70000, (unsigned char)-1);');
prints("sizes", 'printf("%d %d %d %d\\n", sizeof(char), sizeof(int), sizeof(long), sizeof(uint16_t));');
prints("unsigned", 'x = (uint32_t)-1; printf("%u %d\\n", x, (int)x);');
prints("characters", "printf(\"%c%c%c %d\\n\", 'a', 98, 'c', 'a');");
prints("octal and hexadecimal", 'printf("%d %d %o %x %X\\n", 010, 0x1F, 8, 255, 255);');
prints("comma", 'x = (1, 2, 3); printf("%d\\n", x);');
prints("unset is zero", 'printf("[%d] [%s]\\n", self->nothing = 0, self->text = "");');

prints("strings", 'printf("%s %d %s\\n", strjoin("ab", "cd"), strlen("hello"), substr("abcdef", 2, 3));');
prints(
  "index of strings",
  'printf("%d %d %d\\n", index("banana", "an"), rindex("banana", "an"), index("x", "y"));',
);
prints(
  "strchr and strstr",
  'printf("%s %s %s\\n", strchr("path/to", \'/\'), strrchr("a/b/c", \'/\'), strstr("haystack", "st"));',
);
prints("paths", 'printf("%s %s\\n", basename("/usr/lib/x.so"), dirname("/usr/lib/x.so"));');
prints("strtok", 'x = strtok("a,b;c", ",;"); y = strtok(NULL, ",;"); printf("%s %s\\n", x, y);');
prints("lltostr", 'printf("%s\\n", lltostr(42));');
prints("string comparison", 'printf("%d %d %d\\n", "a" == "a", "a" < "b", "b" > "abc");');
prints("escapes", 'printf("tab\\there \\"quoted\\" back\\\\slash\\n");');
prints("adjacent formats", 'printf("%s", "a"); printf("%s", "b"); printf("\\n");');
prints(
  "substr from the end",
  'printf("%s|%s|%s\\n", substr("abcdef", -3), substr("abcdef", 10), substr("abcdef", 1));',
);

prints("printf widths", 'printf("[%5d] [%-5d] [%05d] [%+d]\\n", 42, 42, 42, 42);');
prints("printf of strings", 'printf("[%10s] [%-10s] [%.2s]\\n", "abc", "abc", "abc");');
prints("printf flags", 'printf("[%#x] [%#o] [% d]\\n", 255, 8, 7);');
prints("printf with a width argument", 'printf("[%*d] [%-*d]\\n", 6, 42, 6, 42);');
prints("printf long", 'printf("%ld %lu %lx\\n", (long)-1, (unsigned long)7, (unsigned long)255);');
prints("printf percent", 'printf("100%%\\n");');
prints("printf of pointers", 'printf("%p\\n", 4096);');
prints("printf without values", 'printf("nothing\\n");');

script("trace of integers", "BEGIN { trace(1); trace(-1); trace((char)65); trace((long)5); exit(0); }");
script("trace of strings", 'BEGIN { trace("text"); trace(strjoin("a", "b")); exit(0); }');
script("trace, quiet", 'BEGIN { trace(1); trace("x"); exit(0); }', ["-q"]);
script("a clause without output", "BEGIN { x = 1; } BEGIN { exit(0); }");
script("an empty clause", "BEGIN { } BEGIN { exit(0); }");
script("several clauses", "BEGIN { trace(1); } BEGIN { trace(2); } END { trace(3); } BEGIN { exit(0); }");
script("two probes at once", "BEGIN, END { trace(1); } BEGIN { exit(0); }");

prints("globals", 'a = 1; b = "two"; c = (short)3; printf("%d %s %d\\n", a, b, c);');
prints("thread-local", 'self->a = 5; self->b = "x"; printf("%d %s\\n", self->a, self->b);');
prints("clause-local", 'this->a = 5; this->b = this->a * 2; printf("%d\\n", this->b);');
prints("associative arrays", 'a["x"] = 1; a["y"] = 2; a["x"] += 10; printf("%d %d\\n", a["x"], a["y"]);');
prints("arrays of two keys", 'b[1, "x"] = "one"; printf("[%s]\\n", b[1, "x"]);');
script(
  "declared variables",
  'int i; string s; self int t; int a[string];\nBEGIN { i = 1; s = "x"; self->t = 2; a["k"] = 3; printf("%d %s %d %d\\n", i, s, self->t, a["k"]); exit(0); }',
  ["-q"],
);
script(
  "inlines and enumerations",
  'inline int TWO = 2; enum e { A, B = 5, C };\nBEGIN { printf("%d %d %d %d\\n", TWO, A, B, C); exit(0); }',
  ["-q"],
);
script(
  "typedefs",
  'typedef unsigned char byte;\nbyte b;\nBEGIN { b = 255; b++; printf("%d\\n", b); exit(0); }',
  ["-q"],
);

script("predicates", 'BEGIN /0/ { printf("no\\n"); } BEGIN /1 == 1/ { printf("yes\\n"); exit(0); }', ["-q"]);
script(
  "predicate on a variable",
  'BEGIN { x = 3; } BEGIN /x > 2/ { printf("more\\n"); } BEGIN { exit(0); }',
  ["-q"],
);
script("tick", 'tick-20ms { i++; printf("%d\\n", i); } tick-20ms /i == 3/ { exit(0); }', ["-q"]);
script("END", 'BEGIN { exit(0); } END { printf("end\\n"); }', ["-q"]);
script("status of exit", "BEGIN { exit(7); }", ["-q"]);
script("status of exit in END", "BEGIN { exit(1); } END { exit(9); }", ["-q"]);
script("after exit", 'BEGIN { exit(0); printf("the rest\\n"); } BEGIN { printf("no more\\n"); }', ["-q"]);

script("count", "BEGIN { @ = count(); @ = count(); exit(0); }", ["-q"]);
script(
  "functions of aggregations",
  "BEGIN { @s = sum(5); @s = sum(7); @a = avg(4); @a = avg(5); @n = min(3); @n = min(1); @x = max(3); @x = max(9); @d = stddev(2); @d = stddev(4); exit(0); }",
  ["-q"],
);
script("keys", 'BEGIN { @["b"] = count(); @["a"] = count(); @["a"] = count(); exit(0); }', ["-q"]);
script("integer keys", 'BEGIN { @[3, "x"] = sum(1); @[1, "y"] = sum(5); exit(0); }', ["-q"]);
script("quantize", "BEGIN { @ = quantize(1); @ = quantize(5); @ = quantize(100); exit(0); }", ["-q"]);
script(
  "lquantize",
  "BEGIN { @ = lquantize(1, 0, 10, 2); @ = lquantize(5, 0, 10, 2); @ = lquantize(99, 0, 10, 2); exit(0); }",
  ["-q"],
);
script(
  "llquantize",
  "BEGIN { @ = llquantize(3, 10, 0, 2, 10); @ = llquantize(40, 10, 0, 2, 10); exit(0); }",
  ["-q"],
);
script(
  "printa with a format",
  'BEGIN { @a["x"] = count(); @a["y"] = count(); printa("%s: %@d\\n", @a); exit(0); }',
  ["-q"],
);
script("printa as a table", 'BEGIN { @a["x"] = count(); printa(@a); exit(0); }', ["-q"]);
script(
  "printa of two",
  'BEGIN { @a["x"] = count(); @b["x"] = sum(5); printa("%s %@d %@d\\n", @a, @b); exit(0); }',
  ["-q"],
);
script("trunc", 'BEGIN { @a["x"] = sum(1); @a["y"] = sum(2); trunc(@a, 1); exit(0); }', ["-q"]);
script("clear", 'BEGIN { @a["x"] = sum(1); clear(@a); exit(0); }', ["-q"]);
script("normalize", 'BEGIN { @a["x"] = sum(100); normalize(@a, 10); exit(0); }', ["-q"]);
script("aggregations, not quiet", 'BEGIN { @a["x"] = count(); exit(0); }');
script("sorted by key", 'BEGIN { @["b"] = sum(1); @["a"] = sum(2); exit(0); }', ["-q", "-xaggsortkey"]);
script("sorted in reverse", 'BEGIN { @["b"] = sum(1); @["a"] = sum(2); exit(0); }', [
  "-q",
  "-x",
  "aggsortrev",
]);

script("ERROR", 'BEGIN { x = 0; y = 1 / x; } ERROR { printf("error %d\\n", arg4); exit(1); }', ["-q"]);
script(
  "a run-time error ends its clause",
  'BEGIN { x = 0; printf("before\\n"); y = 1 / x; printf("after\\n"); } BEGIN { printf("next\\n"); exit(0); }',
  ["-q"],
);
script(
  "errors while beginning are shown after",
  'BEGIN { x = 0; y = 1 / x; } BEGIN { printf("next\\n"); } ERROR { printf("error\\n"); } BEGIN { printf("last\\n"); exit(0); }',
  ["-q"],
);
script("modulo by zero", "BEGIN { x = 0; y = 1 % x; } BEGIN { exit(0); }");
script("an error in END", 'BEGIN { exit(0); } END { x = 0; y = 1 / x; } END { printf("end\\n"); }', ["-q"]);

script("arguments", 'BEGIN { printf("%d %s\\n", $1, $$2); exit(0); }', ["-q"], { arguments: ["12", "abc"] });
script("an argument as text", 'BEGIN { printf("%s\\n", $$1); exit(0); }', ["-q"], { arguments: ["12"] });
script("an argument that is missing", "BEGIN { trace($1); }", ["-xerrtags"]);
script("an argument too many", "BEGIN { trace($1); exit(0); }", ["-xerrtags"], { arguments: ["1", "2"] });
script(
  "default arguments",
  '#pragma D option defaultargs\nBEGIN { printf("[%d] [%s]\\n", $1, $$2); exit(0); }',
  ["-q"],
);
script("pragma quiet", '#pragma D option quiet\nBEGIN { printf("x\\n"); exit(0); }');
script("pragma flowindent", "#pragma D option flowindent\nBEGIN { trace(1); exit(0); }");
script("-F", "BEGIN { trace(1); exit(0); }", ["-F"]);
script("-w", "BEGIN { exit(0); }", ["-w"]);
script("-Z", "nosuch:::probe { trace(1); } BEGIN { exit(0); }", ["-Z"]);
script("-e", "BEGIN { trace(1); }", ["-e"]);
script("-C", "#define N 5\n#ifdef M\nBEGIN { trace(N + M); exit(0); }\n#endif", ["-C", "-DM=2"]);
script("-C, an error's line", "#define N 5\nBEGIN\n{\n  trace(N);\n  trace(nothing);\n}", [
  "-C",
  "-xerrtags",
]);
script("-C, a file that is not there", "#include <nowhere.h>\nBEGIN { }", ["-C", "-xcpppath=/nowhere/cpp"]);

refused("D_IDENT_UNDEF", "BEGIN { x = foo; }");
refused("D_FUNC_UNDEF", "BEGIN { foo(); }");
refused("D_VAR_UNDEF", "BEGIN { trace(this->x); }");
refused("D_PRINTF_ARG_TYPE", 'BEGIN { printf("%d", "a"); }');
refused("D_PRINTF_ARG_PROTO", 'BEGIN { printf("%d"); }');
refused("D_PRINTF_ARG_EXTRA", 'BEGIN { printf("%d", 1, 2); }');
refused("D_PRINTF_FMT_EMPTY", 'BEGIN { printf(""); }');
refused("D_PRINTF_DYN_TYPE", 'BEGIN { printf("%*d", "a", 1); }');
refused("D_PRINTF_AGG_CONV", 'BEGIN { printf("%@d", 1); }');
refused("D_PROTO_LEN of a function", "BEGIN { x = strlen(); }");
refused("D_PROTO_LEN of an action", "BEGIN { exit(); }");
refused("D_PROTO_LEN of keys", "BEGIN { x[1] = 1; x[1, 2] = 2; }");
refused("D_PROTO_ARG of a function", "BEGIN { x = strlen(1); }");
refused("D_PROTO_ARG of a key", 'BEGIN { x[1] = 1; x["a"] = 2; }');
refused("D_AGG_REDEF", "BEGIN\n{\n  @a = count();\n  @a = sum(1);\n}");
refused("D_AGG_FUNC", "BEGIN { @a = 5; }");
refused("D_AGG_SCALAR", 'BEGIN { @a = sum("a"); }');
refused("D_LQUANT_MISMATCH", "BEGIN { @a = lquantize(1, 10, 1); }");
refused("D_LQUANT_STEPTYPE", "BEGIN { @a = lquantize(1, 1, 10, 0); }");
refused("D_LQUANT_MATCHBASE", "BEGIN { @a = lquantize(1, 1, 10, 1); @a = lquantize(1, 2, 10, 1); }");
refused("D_LLQUANT_FACTORVAL", "BEGIN { @a = llquantize(1, 1, 1, 1, 1); }");
refused("D_PRINTA_PROTO", 'BEGIN { printa("x"); }');
refused("D_PRINTA_AGGKEY", "BEGIN { @a[1] = count(); @b[1, 2] = count(); printa(@a, @b); }");
refused("D_PRINTA_AGGPROTO", 'BEGIN { @a[1] = count(); @b["x"] = count(); printa(@a, @b); }');
refused("D_CLEAR_AGGARG", "BEGIN { clear(1); }");
refused("D_TRUNC_AGGARG", "BEGIN { trunc(1); }");
refused("D_OP_INCOMPAT", 'BEGIN { x = "a"; x = 1; }');
refused("D_OP_ARITH", 'BEGIN { x = "a" * 1; }');
refused("D_OP_INT", 'BEGIN { x = "a" % 1; }');
refused("D_OP_SCALAR", 'BEGIN { x = "a" && 1; }');
refused("D_OP_LVAL", "BEGIN { 1 = 2; }");
refused("D_OP_WRITE", "BEGIN { pid = 1; }");
refused("D_IDENT_BADREF", "BEGIN { x[1] = 1; trace(x); }");
refused("D_ARR_BADREF", "BEGIN { x = 1; trace(x[1, 2]); }");
refused("D_ARR_LOCAL", "BEGIN { this->x[1] = 2; }");
refused("D_DIV_ZERO", "BEGIN { x = 1 / 0; }");
refused("D_INT_OFLOW", "BEGIN { x = 99999999999999999999999; }");
refused("D_INT_DIGIT", "BEGIN { x = 089; }");
refused("D_CHR_OFLOW", "BEGIN { x = 'abcdefghijk'; }");
refused("D_CHR_NULL", "BEGIN { x = ''; }");
refused("D_STR_NL", 'BEGIN { x = "abc\ndef"; }');
refused("D_SYNTAX", "BEGIN\n{\n  trace(\n}");
refused("D_SYNTAX at the end", "BEGIN { trace(1)");
refused("D_SYNTAX, a parenthesis", "BEGIN { x = 1); }");
refused("D_SYNTAX, a floating-point constant", "BEGIN { x = 1.5; }");
refused("D_SYNTAX, a comment", "BEGIN { exit(0); } /* without end");
refused("D_CAST_INVAL", 'BEGIN { x = (int)"a"; }');
refused("D_SIZEOF_TYPE", "BEGIN { x = sizeof(void); }");
refused("D_PRED_SCALAR", 'BEGIN /"a"/ { }');
refused("D_PDESC_INVAL", "BEGIN:a:b:c:d { }");
refused("D_PDESC_ZERO", "dtrace:::FOO { }");
refused("D_PDESC_ZERO of a provider", "nosuch:::probe { }");
refused("D_MACRO_UNDEF", "BEGIN { trace($nothing); }");
refused("D_DECL_LOCASSC", "this int x[int];\nBEGIN { }");
refused("D_DECL_VOIDOBJ", "void x;\nBEGIN { }");
refused("D_DECL_VOIDATTR", "unsigned void x;\nBEGIN { }");
refused("D_DECL_CHARATTR", "long char x;\nBEGIN { }");
refused("D_DECL_BADCLASS", "auto int x;\nBEGIN { }");
refused("D_DECL_CLASS", "static self int x;\nBEGIN { }");
refused("D_DECL_USELESS", "int;\nBEGIN { }");
refused("D_DECL_ENCONST", 'enum e { A = "x" };\nBEGIN { }');
refused("D_PRAGMA_OPTSET", "#pragma D option nonsense\nBEGIN { }");
refused("D_PRAGMA_OPTSET of a value", "#pragma D option strsize=abc\nBEGIN { }");
refused("D_PRAGMA_INVAL", "#pragma D nonsense\nBEGIN { }");
refused("D_PRAGMA_MALFORM", "#pragma D option\nBEGIN { }");
refused("D_PRAGCTL_INVAL", "#nonsense\nBEGIN { }");
refused("D_PRAGERR", "#error stop here\nBEGIN { }");
refused("D_EMPTY", "int x;");
refused("D_TRACE_DYN", "BEGIN { @a = count(); trace(@a); }");
refused("D_TRACE_VOID", 'BEGIN { trace(printf("x")); }');
refused("D_FUNC_IDKIND", "BEGIN { x = pid(); }");
refused("D_DEREF_NONPTR", "BEGIN { x = 1; trace(x[1]); }");

words("-n", "-n", 'BEGIN { printf("hi"); exit(0); }');
words("-n in one word, quiet", '-qnBEGIN{printf("hi\\n");exit(3);}');
words("several -n", "-n", "BEGIN { x = 1; }", "-n", "BEGIN { trace(x); exit(0); }");
words("-n without a body", "-n", "BEGIN", "-n", "BEGIN{exit(0)}");
words("-n with an error", "-xerrtags", "-n", "BEGIN { x = foo; }");
words("-n with an error in the predicate", "-xerrtags", "-n", 'BEGIN /"a"/ { trace(1); }');
words("-n of no probe", "-xerrtags", "-n", "nosuch:::probe{trace(1);}");
words("-P of no probe", "-P", "nosuch");
words("-f of no probe", "-f", "nosuch");
words("-m of no probe", "-m", "nosuch");
words("-i", "-i", "1{trace(1);exit(0);}");
words("-i of no probe", "-i", "99999999");
words("-P of dtrace", "-P", "dtrace{trace(1);exit(0)}");
words("-n of nothing", "-n", " ");
words("-X of nothing", "-X", "q", "-n", "BEGIN{exit(0)}");
words("-n with an undefined macro variable", "-xerrtags", "-n", "BEGIN { $foo; }");
words("-x of nothing", "-x", "nonsense", "-n", "BEGIN{exit(0)}");
words("-x with a wrong value", "-x", "strsize=abc", "-n", "BEGIN{exit(0)}");
words("-b with a wrong value", "-b", "abc", "-n", "BEGIN{exit(0)}");
words("nothing to do", "-q");
words("-s of no file", "-s", "nowhere.d");
words("-s of an empty file", "-s", "/dev/null");
words("-p of no process", "-p", "99999999", "-n", "BEGIN{exit(0)}");
words("-p of no number", "-p", "abc", "-n", "BEGIN{exit(0)}");
words("-c of no command", "-c", "/nowhere/command", "-n", "BEGIN{exit(0)}");
words("-c", "-q", "-c", "sleep 0.2", "-n", 'BEGIN{printf("begun\\n");}');
words("-V", "-V");
words("two modes", "-V", "-l");
words("-l", "-l", "-n", "BEGIN");
words("-l of no probe", "-l", "-n", "nosuch:::probe");
words("-l -i", "-l", "-i", "2");

export { cases };
