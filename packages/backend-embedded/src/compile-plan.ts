export function compilePlan(program, context) { return { backend: "embedded", program, context, text: "", diagnostics: [] }; }
