/** What the programs on a provider’s page are filled with, and what those of webhooks and of guards have in common. */
import { testMethodsOfProvider } from '@countersign/core';
import type { PageFacts } from './page-facts.ts';

/** What the templates are filled with. */
export interface Filling {
  readonly id: string;
  readonly path: string;
  /** Lines above: the provider with its options, where it has some. */
  readonly choice: readonly string[];
  /** What `webhook` and `requireProof` are given first: `'stripe', process.env.STRIPE_WEBHOOK_SECRET`. */
  readonly source: string;
  /** The same where the secret comes with the request. */
  readonly lateSource: string;
  /** The variable of a worker, where it has one. */
  readonly lateVariable: string | undefined;
  /** The methods, other than POST, by which the sender tests the address: a route of POST alone would answer 404. */
  readonly testMethods: readonly string[];
  /** Of an event, what a handler would look at first. */
  readonly looksAt: string;
  /** Of a proof, what a route would. */
  readonly member: 'claims' | 'keyId';
}

export function fillingOf({ provider: { id }, scheme, keyVariable, options, shape }: PageFacts): Filling {
  const lines = options.map(({ name, variable }) => `  ${name}: process.env.${variable} ?? '',`);
  const choice =
    options.length === 0 ? [] : ['const provider = {', `  id: '${id}',`, ...lines, '} as const;', ''];
  const name = options.length === 0 ? `'${id}'` : 'provider';
  const whole = options.length === 0 ? `{ provider: '${id}' }` : '{ provider }';
  const source = keyVariable === undefined ? whole : `${name}, process.env.${keyVariable}`;
  // What is not in the registry’s options comes with the request: a worker’s secret.
  const isLate = keyVariable !== undefined && options.length === 0;
  return {
    id,
    path: shape === 'guard' ? '/api' : `/webhooks/${id}`,
    choice,
    source,
    lateSource: isLate ? `${name}, (env: Env) => env.${keyVariable}` : source,
    lateVariable: isLate ? keyVariable : undefined,
    testMethods: testMethodsOfProvider(id),
    looksAt: looksAt(scheme.declared.options),
    member: scheme.proof === 'token' ? 'claims' : 'keyId',
  };
}

function looksAt(options: unknown): string {
  const { id, type } = options as { readonly id?: unknown; readonly type?: unknown };
  if (type !== undefined) return id === undefined ? 'event.type' : 'event.type, event.id';
  return id === undefined ? 'event.text' : 'event.id, event.text';
}

export interface Template {
  readonly title: string;
  readonly lines: (filling: Filling) => readonly string[];
}

export function envLines(variable: string | undefined): readonly string[] {
  return variable === undefined ? [] : ['interface Env {', `  readonly ${variable}: string;`, '}', ''];
}

export const LISTEN: string = 'app.listen(process.env.PORT ?? 3000);';
