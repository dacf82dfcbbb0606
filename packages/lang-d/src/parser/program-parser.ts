/** Clauses and declarations: the outer level of a script. */
import { joinSpans, reject, type DiagnosticList } from "@trace/syntax";
import type { SourceText, Span } from "@trace/core";
import type { ExpressionNode } from "../ast/expression.ts";
import type { Name } from "../ast/name.ts";
import type {
  ClauseNode,
  DeclarationNode,
  ExternalNode,
  InlineNode,
  ProbeDescriptionNode,
  ProgramNode,
  ProviderNode,
  ProviderProbeNode,
  StatementNode,
  TranslatorNode,
} from "../ast/program.ts";
import type { DeclaratorNode } from "../ast/type.ts";
import { tooDeepNode } from "../ast/depth.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { startsDeclaration } from "./type-parser.ts";

/** How messages and `SourceText.name` call a program given with `-n`: there a clause may lack its body. */
const COMMAND_LINE = "<command line>";

/** Levels of a tree that lowering can walk. Operators in a row, `1 + 1 + 1 ...`, each add one. */
const DEEPEST = 600;

/** Parses `source`. What is wrong goes to `diagnostics`; the declarations that could be read are in the result. */
export function parseProgram(source: SourceText, diagnostics: DiagnosticList): ProgramNode {
  return new ProgramParser(source, diagnostics).program();
}

class ProgramParser extends ExpressionParser {
  readonly #source: SourceText;
  #braces = 0;

  constructor(source: SourceText, diagnostics: DiagnosticList) {
    super(source.text, diagnostics);
    this.#source = source;
  }

  program(): ProgramNode {
    const { text } = this.#source;
    const declarations: ExternalNode[] = [];
    for (;;) {
      this.restart(this.lastEnd);
      this.lexer.skipTrivia();
      const start = this.lexer.at;
      if (start >= text.length) break;
      this.#braces = 0;
      const declaration = this.diagnostics.attempt(() => this.#external());
      if (declaration === undefined) this.#recover(start);
      else declarations.push(declaration);
    }
    return { declarations, controlLines: this.lexer.controlLines, span: { start: 0, end: text.length } };
  }

  protected override advance(): ReturnType<ExpressionParser["advance"]> {
    const token = super.advance();
    if (token.text === "{") this.#braces++;
    else if (token.text === "}") this.#braces--;
    return token;
  }

  /** Steps over what is left of a broken declaration that began at `start`. */
  #recover(start: number): void {
    if (this.lastEnd <= start) this.advance();
    while (this.token.kind !== "end") {
      const { text } = this.advance();
      if (this.#braces <= 0 && (text === "}" || text === ";")) break;
    }
    if (this.lexer.peekCharacter() === ";") this.advance();
  }

  #external(): ExternalNode {
    const start = this.lexer.at;
    const word = this.lexer.probeDescription();
    if (word === undefined) {
      this.restart(start);
      return this.unexpected("expected a probe description or a declaration");
    }
    const declares = this.#isDeclaration(word);
    const node = declares ? this.#declarationAt(start) : this.#clause(word);
    const deep = tooDeepNode(node, DEEPEST);
    if (deep !== undefined) reject("D_SYNTAX", "expression has too many levels", deep.span, "split it up");
    return node;
  }

  /** DTrace's rule: a word that can only be a probe description is one; a type's name starts a declaration. */
  #isDeclaration({ text }: Name): boolean {
    const word = /^[^*]*/.exec(text)?.[0] ?? "";
    if (["inline", "provider", "translator"].includes(text) || startsDeclaration(word)) return true;
    if (/[:.?!`$-]/.test(text) || ["BEGIN", "END", "ERROR"].includes(text) || word === "") return false;
    if (this.isTypeName(word)) return true;
    // A probe description is followed by `,`, `/` or `{`; only a declaration goes on with a name.
    return /[a-zA-Z_*]/.test(this.lexer.peekCharacter());
  }

  #declarationAt(start: number): ExternalNode {
    this.restart(start);
    if (this.is("inline")) return this.#inline();
    if (this.is("provider")) return this.#provider();
    if (this.is("translator")) return this.#translator();
    return this.#declaration();
  }

  #declaration(): DeclarationNode {
    const start = this.token.span;
    const specifiers = this.specifiers();
    const declarators: DeclaratorNode[] = [];
    while (!this.is(";")) {
      const declarator = this.declarator();
      if (declarator.name === undefined && declarator.inner === undefined)
        this.unexpected("expected a name to declare");
      if (this.is("="))
        this.unexpected(
          "expected ';' after the declaration",
          "D variables are not initialized where they are declared: assign in BEGIN",
        );
      declarators.push(declarator);
      if (specifiers.storage === "typedef") this.declareType(declaratorName(declarator));
      if (!this.accept(",")) break;
    }
    this.expect(";", "after the declaration");
    if (declarators.length === 0 && !["struct", "union", "enum"].includes(specifiers.base.kind))
      reject(
        "D_DECL_USELESS",
        "this declares nothing",
        this.spanFrom(start),
        "name a variable after the type",
      );
    return { kind: "declaration", specifiers, declarators, span: this.spanFrom(start) };
  }

  #inline(): InlineNode {
    const start = this.advance().span;
    const specifiers = this.specifiers();
    const declarator = this.declarator();
    this.expect("=", "after the name of the inline");
    const value = this.assignment();
    this.expect(";", "after the inline");
    return { kind: "inline", specifiers, declarator, value, span: this.spanFrom(start) };
  }

  #translator(): TranslatorNode {
    const start = this.advance().span;
    const output = this.typeName();
    this.expect("<", "after the output type");
    const input = this.typeName();
    this.expect(">", "after the input");
    this.expect("{", "before the members");
    const members: { name: Name; value: ExpressionNode }[] = [];
    while (!this.is("}")) {
      const name = this.expectName("a member");
      this.expect("=", "after the member");
      members.push({ name, value: this.assignment() });
      this.expect(";", "after the member");
    }
    this.#close("the translator");
    return { kind: "translator", output, input, members, span: this.spanFrom(start) };
  }

  #provider(): ProviderNode {
    const start = this.advance().span;
    const name = this.expectName("the name of the provider");
    this.expect("{", "before the probes");
    const probes: ProviderProbeNode[] = [];
    while (!this.is("}")) {
      const from = this.expect("probe", "in a provider").span;
      const probe = this.expectName("the name of the probe");
      const { parameters } = this.parameters();
      const translated = this.accept(":") ? this.parameters().parameters : undefined;
      this.expect(";", "after the probe");
      probes.push({
        name: probe,
        parameters,
        ...(translated === undefined ? {} : { translated }),
        span: this.spanFrom(from),
      });
    }
    this.#close("the provider");
    return { kind: "provider", name, probes, span: this.spanFrom(start) };
  }

  #close(what: string): void {
    this.expect("}", `after ${what}`);
    this.expect(";", `after ${what}`);
  }

  #clause(first: ProbeDescriptionNode): ClauseNode {
    const descriptions = [first];
    let last = first;
    while (this.lexer.peekCharacter() === ",") {
      this.lexer.skipTrivia();
      this.lexer.at++;
      const description = this.lexer.probeDescription();
      this.restart(this.lexer.at);
      if (description === undefined) return this.unexpected("expected a probe description after ','");
      descriptions.push(description);
      last = description;
    }
    this.restart(last.span.end);
    const predicate = this.accept("/") ? this.#predicate() : undefined;
    const start = { ...first.span };
    if (!this.is("{")) {
      if (this.#source.name !== COMMAND_LINE || predicate !== undefined || this.token.kind !== "end")
        this.unexpected(
          predicate === undefined
            ? "expected a predicate or actions after the probe description"
            : "expected actions after the predicate",
          predicate === undefined && this.token.kind === "identifier"
            ? "separate probe descriptions by commas; write { } for the default action"
            : "write { } for the default action",
        );
      this.advance();
      return { kind: "clause", descriptions, body: [], span: joinSpans(start, last.span) };
    }
    const body = this.#block();
    return {
      kind: "clause",
      descriptions,
      ...(predicate === undefined ? {} : { predicate }),
      body,
      span: this.spanFrom(start),
    };
  }

  #predicate(): ExpressionNode {
    const predicate = this.expression();
    this.expect("/", "to close the predicate");
    return predicate;
  }

  #block(): StatementNode[] {
    return this.nested(() => {
      this.expect("{", "before the actions");
      const statements: StatementNode[] = [];
      while (!this.is("}")) {
        if (this.accept(";")) continue;
        if (this.token.kind === "end") this.unexpected("expected '}' to close the actions");
        const statement = this.#statement();
        statements.push(statement);
        if (statement.kind === "expression" && !this.is("}")) this.expect(";", "after the action");
      }
      this.advance();
      return statements;
    });
  }

  #statement(): StatementNode {
    const start: Span = this.token.span;
    // Two levels: in a program of the IR, an `if` counts as two.
    if (this.is("if")) return this.nested(() => this.nested(() => this.#if()));
    if (startsDeclaration(this.token.text) && this.#declaresHere())
      this.unexpected("expected an action", "declare variables outside of clauses");
    const expression = this.expression();
    return { kind: "expression", expression, span: this.spanFrom(start) };
  }

  /** `int x;` inside a clause; not `this->x`. */
  #declaresHere(): boolean {
    return this.token.kind === "identifier" && this.lookAhead(1)[0]?.text !== "->";
  }

  #if(): StatementNode {
    const start = this.advance().span;
    this.expect("(", "after 'if'");
    const condition = this.expression();
    this.expect(")", "after the condition");
    const consequence = this.#branch();
    const alternative = this.accept("else") ? this.#branch() : [];
    return { kind: "if", condition, consequence, alternative, span: this.spanFrom(start) };
  }

  #branch(): StatementNode[] {
    if (this.is("{")) return this.#block();
    if (this.accept(";")) return [];
    const statement = this.#statement();
    if (statement.kind === "expression" && !this.is("}")) this.expect(";", "after the action");
    return [statement];
  }
}

/** The name that `declarator` declares; empty for an abstract one. */
function declaratorName(declarator: DeclaratorNode): string {
  let at: DeclaratorNode | undefined = declarator;
  while (at !== undefined && at.name === undefined) at = at.inner;
  return at?.name?.text ?? "";
}
