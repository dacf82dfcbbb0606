/** What `trace dtrace` can be told. */

export const usage = `Usage: dtrace [-CeFHlqSvVwZ] [-b size] [-c command] [-D name[=value]] [-I directory]
\t[-L directory] [-o file] [-p pid] [-s script] [-U name] [-x option[=value]]
\t[-X a|c|s|t] [--backend name]
\t[-P provider [[predicate] action]] [-m [provider:]module [[predicate] action]]
\t[-f [[provider:]module:]function [[predicate] action]]
\t[-n [[[provider:]module:]function:]name [[predicate] action]]
\t[-i number [[predicate] action]] [argument ...]

What to trace:
\t-s  the program in a file; further arguments are its $1, $2, ...
\t-n  probes by name, with what to do there: -n 'BEGIN { trace(1); }'
\t-P, -m, -f, -i  the same by provider, module, function or number
\t-c  start a command, trace it, and end with it
\t-p  trace a running process
\t--backend  trace with this backend (default: $TRACE_BACKEND, or the first that can)

How:
\t-q  show only what the program prints
\t-o  append the output to a file
\t-F  indent by entry and return
\t-w  allow actions that change things
\t-x  set an option, as '#pragma D option' does; -b is -x bufsize
\t-Z  probes that do not exist are no error
\t-C  run the C preprocessor on scripts; -D, -U, -I, -H and -X are for it
\t-L  look for D libraries in a directory
\t-32, -64, -a, -A, -B, -S, -v  accepted, without effect

Instead of tracing:
\t-e  check the program
\t-l  list probes
\t-V  tell the version of DTrace's language
`;
