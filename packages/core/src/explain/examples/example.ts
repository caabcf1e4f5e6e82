/** Code and settings that mend a mistake, for the asker’s own framework. */

export const FRAMEWORKS = [
  'express',
  'fastify',
  'next',
  'nest',
  'koa',
  'hono',
  'lambda',
  'flask',
  'django',
  'spring',
  'rails',
  'php',
  'go',
  'nginx',
] as const;

export type Framework = (typeof FRAMEWORKS)[number];

export interface Example {
  readonly frameworks: readonly Framework[];
  /** Of hypotheses’ `example`. */
  readonly topics: readonly string[];
  /** Of the code, as Markdown names it. */
  readonly language: string;
  /** Ends without a line end. */
  readonly code: string;
  /** What else to know, as whole sentences. */
  readonly note?: string;
  /** Why `npm run examples` does not run it in its framework; absent where it does. */
  readonly notRun?: string;
}

/** Of Node’s frameworks, whose settings of keys and gates are the same. */
export const NODE_FRAMEWORKS: readonly Framework[] = [
  'express',
  'fastify',
  'next',
  'nest',
  'koa',
  'hono',
  'lambda',
];

/** As the first line of an example. A line of a source here that begins with it would be its own to the check of layers. */
export const IMPORT_GATE: string = `import { createGate } from '@countersign/core';`;

export const GATE_OF_GITHUB: string = `${IMPORT_GATE}

const gate = createGate({ provider: 'github', keys: [process.env.WEBHOOK_SECRET ?? ''] });`;

export const GATE_OF_TWILIO: string = GATE_OF_GITHUB.replace('github', 'twilio');
