/** Source code with a counter at the start of every branch: what a search is led by. */

import { parseAst } from 'rolldown/parseAst';
import { isNode, type Node } from '../scripts/syntax-tree.ts';

/** A module that counts, and what its code compares with. */
export interface Instrumented {
  readonly source: string;
  /** The number of the first counter that is free behind it. */
  readonly nextCounter: number;
  /** Its texts and numbers, as a search may write them. */
  readonly words: readonly string[];
}

/** Where the counters are, for the modules that count. */
export const COUNTERS = 'countersignFuzzCounters';

/**
 * Counts, from `firstCounter` on, how often each function, arm, loop, case, default value and right-hand side is come to. Lines stay where
 * they are, so that a stack trace names them.
 */
export function instrument(source: string, firstCounter: number): Instrumented {
  const inserter = new Inserter(source, firstCounter);
  visit(parseAst(source, { lang: 'ts' }), inserter);
  return { source: inserter.source(), nextCounter: inserter.next, words: [...inserter.words] };
}

class Inserter {
  readonly words = new Set<string>();
  readonly #source: string;
  /** By offset; what closes stands before what opens. */
  readonly #insertions: { at: number; order: number; text: string }[] = [];
  next: number;

  constructor(source: string, firstCounter: number) {
    this.#source = source;
    this.next = firstCounter;
  }

  /** What is come to where an expression is evaluated. */
  expression(node: unknown): void {
    if (!isNode(node)) return;
    this.#put(node.start, 1, `(${this.#count()},`);
    this.#put(end(node), -1, ')');
  }

  /** And where a statement is, a block or not. */
  statement(node: unknown): void {
    if (!isNode(node)) return;
    if (node.type === 'BlockStatement') {
      this.#put(node.start + 1, 1, `${this.#count()};`);
      return;
    }
    this.#put(node.start, 1, `{${this.#count()};`);
    this.#put(end(node), -1, '}');
  }

  before(at: number): void {
    this.#put(at, 1, `${this.#count()};`);
  }

  otherwise(at: number): void {
    this.#put(at, -1, `else ${this.#count()};`);
  }

  #count(): string {
    return `__c[${this.next++}]++`;
  }

  #put(at: number, order: number, text: string): void {
    this.#insertions.push({ at, order, text });
  }

  source(): string {
    const sorted = this.#insertions
      .map((insertion, i) => ({ ...insertion, i }))
      // Of two that close at one place the inner one, which came later, is first; of two that open the outer one is.
      .sort((a, b) => a.at - b.at || a.order - b.order || (a.order < 0 ? b.i - a.i : a.i - b.i));
    let text = `const __c=globalThis[${JSON.stringify(COUNTERS)}];`;
    let from = 0;
    for (const insertion of sorted) {
      text += this.#source.slice(from, insertion.at) + insertion.text;
      from = insertion.at;
    }
    return text + this.#source.slice(from);
  }
}

type Visit = (node: Node, inserter: Inserter) => void;

const visitFunction: Visit = ({ body }, inserter) => {
  if (!isNode(body)) return;
  if (body.type === 'BlockStatement') inserter.statement(body);
  else inserter.expression(body);
};

const visitLoop: Visit = ({ body }, inserter) => inserter.statement(body);

const visitRight: Visit = ({ right }, inserter) => inserter.expression(right);

/** By the type of a node, what of it is counted. */
const VISITS: Readonly<Record<string, Visit>> = {
  ArrowFunctionExpression: visitFunction,
  FunctionDeclaration: visitFunction,
  FunctionExpression: visitFunction,
  IfStatement(node, inserter) {
    // A branch that is not taken is told from one that is not come to.
    if (!isNode(node['alternate'])) inserter.otherwise(end(node));
    inserter.statement(node['consequent']);
    inserter.statement(node['alternate']);
  },
  ForStatement: visitLoop,
  ForInStatement: visitLoop,
  ForOfStatement: visitLoop,
  WhileStatement: visitLoop,
  DoWhileStatement: visitLoop,
  ConditionalExpression(node, inserter) {
    inserter.expression(node['consequent']);
    inserter.expression(node['alternate']);
  },
  LogicalExpression: visitRight,
  AssignmentPattern: visitRight,
  AssignmentExpression(node, inserter) {
    if (['||=', '&&=', '??='].includes(String(node['operator']))) inserter.expression(node['right']);
  },
  SwitchCase(node, inserter) {
    const [first] = node['consequent'] as readonly Node[];
    inserter.before(first?.start ?? end(node));
  },
  CatchClause: visitLoop,
  Literal({ value }, { words }) {
    if (typeof value === 'string') words.add(value);
    // A character is compared by its code.
    if (typeof value === 'number' && Number.isInteger(value)) {
      words.add(value > 0x1f && value < 0x100 ? String.fromCharCode(value) : String(value));
    }
  },
};

/** A node, then those within it. */
function visit(value: unknown, inserter: Inserter): void {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) {
    if (NOT_RUN.test(value.type)) return;
    VISITS[value.type]?.(value, inserter);
  }
  for (const member of Object.values(value)) visit(member, inserter);
}

/** Types, and names of modules. */
const NOT_RUN = /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|^Import|^ExportAll/;

function end(node: Node): number {
  return node['end'] as number;
}
