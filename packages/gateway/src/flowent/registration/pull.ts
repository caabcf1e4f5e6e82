/** Writes actions that only the platform has as a module of stubs. */
import { SetupError } from '@countersign/core';
import { checkAction } from '../../actions/define-action.ts';
import type { FlowentAction } from '../flowent-api.ts';
import { literal } from './literal.ts';

export interface Stubs {
  /** A TypeScript module; it is JavaScript as well. */
  readonly text: string;
  /** The actions that it holds. */
  readonly names: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** An action that no module could hold. */
export interface LeftOut {
  readonly name: string;
  readonly problem: string;
}

/** A module with a stub for each action; a stub answers 501 until it is written. */
export function stubsOf(actions: readonly FlowentAction[]): Stubs {
  const leftOut: LeftOut[] = [];
  const texts: string[] = [];
  const names: string[] = [];
  const identifiers = new Set<string>();
  for (const action of actions) {
    const problem = problemWith(action);
    if (problem !== undefined) {
      leftOut.push({ name: action.name, problem });
      continue;
    }
    names.push(action.name);
    texts.push(stub(action, newIdentifier(action.name, identifiers)));
  }
  return { text: [HEAD, ...texts].join('\n'), names, leftOut };
}

// All that is the platform's reaches the text through `literal`, or as an identifier of a-z, 0-9: never as it came.
const HEAD = [
  '/** Stubs of actions that the platform has. Write each `run`, and export the action from your own module. */',
  "import { ActionError, defineAction } from '@countersign/gateway/actions';",
  '',
].join('\n');

function stub({ name, description, json_schema }: FlowentAction, identifier: string): string {
  return `export const ${identifier} = defineAction({
  name: ${literal(name)},
  description: ${literal(description)},
  input: ${literal(json_schema, '  ')},
  run(_input) {
    throw new ActionError(${literal(`${name} is not written yet`)}, { status: 501 });
  },
});
`;
}

function problemWith({ name, description, json_schema }: FlowentAction): string | undefined {
  try {
    checkAction({ name, description, input: json_schema }, 'action');
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
}

/** Words that name something else in a module: reserved ones, those of strict mode, and what the module imports. */
const TAKEN: ReadonlySet<string> = new Set(
  `await break case catch class const continue debugger default delete do else enum eval export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static super
  switch this throw true try typeof undefined var void while with yield arguments exports require globalThis
  defineAction`.split(/\s+/),
);

/** `send_email` → `sendEmail`; made unique, and an identifier whatever the name. */
function newIdentifier(name: string, taken: Set<string>): string {
  const camel = name
    .split('_')
    .filter((word) => word !== '')
    .map((word, i) => (i === 0 ? word : word[0]?.toUpperCase() + word.slice(1)))
    .join('');
  const isUsable = /^[a-z]/.test(camel) && !TAKEN.has(camel);
  const base = isUsable ? camel : /^[a-z]/.test(camel) ? `${camel}Action` : `action${camel}`;
  let identifier = base;
  for (let n = 2; taken.has(identifier); n++) identifier = `${base}_${n}`;
  taken.add(identifier);
  return identifier;
}
