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

// A line of a source that begins with import or export would be its own to the check of layers.
const LINE = `import { createGate } from '@countersign/core';`;

/** The first line of many examples. */
export const IMPORT_GATE: string = LINE;

/** A gate of a sender that signs the body. */
export const BODY_GATE: string = `${LINE}

const gate = createGate({ provider: 'github', keys: [process.env.WEBHOOK_SECRET] });`;

/** A gate of a sender that signs the address. */
export const ADDRESS_GATE: string = `${LINE}

const gate = createGate({ provider: 'twilio', keys: [process.env.WEBHOOK_SECRET] });`;
