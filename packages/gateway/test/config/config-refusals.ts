// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
/** A good gate, and the message that a configuration is refused with. */
import { ConfigError } from '../../src/config/config-error.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { type ParseOptions, parseConfig } from '../../src/config/parse-config.ts';

const env = {
  TOKEN: 'hunter2-hunter2-hunter2',
  BLANK: ' \n',
  EMPTY: '',
  NUMBER: '77',
  WORD: 'hunter2',
};
export const options: ParseOptions = {
  baseDir: '/srv/gate',
  env,
  knownProviders: ['flowent', 'stripe', 'github', 'approov', 'flow-production-tracking'],
};
export const gate: GateInput = {
  path: '/a',
  provider: 'stripe',
  keys: [{ secret: '${env:TOKEN}' }],
  keep: {},
};

/** The message that a value is refused with. */
export function refusal(value: unknown, more: Partial<ParseOptions> = {}): string {
  try {
    parseConfig(value, { ...options, ...more });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'not refused';
}

/** The message that a gate is refused with, for what it has beside a good one. */
export function gateRefusal(more: Readonly<Record<string, unknown>>): string {
  const whole: Record<string, unknown> = { ...gate, ...more };
  for (const [key, value] of Object.entries(more)) if (value === 'left out') delete whole[key];
  return refusal({ gates: { one: whole } });
}
