/**
 * What TypeScript refuses of a `countersign.config.ts`. Each line below an `@ts-expect-error` must not compile: the check
 * of types (`npm run check`) fails where one does.
 */
import { createGate, type GateOptions, SetupError } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { RIGHT_PROVIDERS, RIGHT_SCHEMES } from '../../../core/test/options/right-declarations.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { type ConfigInput, defineConfig, type GateInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const keys = [{ secret: 'a secret of thirty-two characters' }];
const base = { path: '/a', keys, keep: {} } as const;
const taken = { path: '/a', provider: 'github', keys } as const;
const gate = (one: GateInput): ConfigInput => defineConfig({ gates: { one } });

const WRONG: Readonly<Record<string, () => ConfigInput>> = {
  // @ts-expect-error a misspelt provider
  provider: () => gate({ ...base, provider: 'githb' }),
  // @ts-expect-error a provider that does not do without its option
  bare: () => gate({ ...base, provider: 'firebase-app-check' }),
  // @ts-expect-error a misspelt option
  option: () => gate({ ...base, provider: { id: 'approov', bindng: 'authorization' } }),
  // @ts-expect-error a misspelt word
  word: () => gate({ ...base, provider: { id: 'incode', form: 'basik' } }),
  // @ts-expect-error a misspelt part of a scheme
  part: () => gate({ ...base, scheme: { type: 'jwt', algorithm: 'HS256', isuer: 'a' } }),
  // @ts-expect-error a misspelt type of scheme
  type: () => gate({ ...base, scheme: { type: 'jwd', algorithm: 'HS256' } }),
  // @ts-expect-error a misspelt state of a key
  state: () => gate({ ...base, provider: 'github', keys: [{ secret: 'x', state: 'retired' }] }),
  // @ts-expect-error a misspelt outcome
  outcome: () => gate({ ...taken, kep: {} }),
  // @ts-expect-error a misspelt member of answer
  answer: () => gate({ ...taken, answer: { action: 'a', module: './actions.ts' } }),
  // @ts-expect-error a misspelt look of answer
  look: () => gate({ ...taken, answer: { actions: './actions.ts', as: 'html' } }),
  // @ts-expect-error a misspelt member of forward
  forward: () => gate({ ...taken, forward: { to: 'http://127.0.0.1:1', timeoutMs: 1 } }),
  // @ts-expect-error keep has no members
  keep: () => gate({ ...taken, keep: { days: 1 } }),
  // @ts-expect-error a misspelt member of respond
  respond: () => gate({ ...taken, respond: { status: 200, jsn: {} } }),
  // @ts-expect-error a misspelt word of replay
  replay: () => gate({ ...base, provider: 'github', replay: { repeat: 'ignore' } }),
  // @ts-expect-error a misspelt member of the whole
  whole: () => defineConfig({ gate: {} }),
};

/** What `check` does: the configuration is read, and each gate is made. */
function start(config: ConfigInput): void {
  parseConfig(config, { baseDir: '/', env: {} });
  for (const { provider, scheme } of Object.values(config.gates ?? {})) {
    if (provider === 'none') continue;
    const proof: GateOptions = provider === undefined ? { ...(scheme && { scheme }) } : { provider };
    createGate({ ...proof, keys: ['a secret of thirty-two characters'] });
  }
}

describe('what does not compile', () => {
  it.each(Object.entries(WRONG))('does not start either: %s', (_, config) => {
    const problem = ((): unknown => {
      try {
        return start(config());
      } catch (error) {
        return error;
      }
    })();
    expect(problem instanceof SetupError || problem instanceof ConfigError).toBe(true);
  });
});

describe('what compiles', () => {
  it.each<Pick<GateInput, 'provider' | 'scheme'>>([
    ...Object.values(RIGHT_PROVIDERS).flatMap((choices) => choices.map((provider) => ({ provider }))),
    ...Object.values(RIGHT_SCHEMES).flatMap((declarations) => declarations.map((scheme) => ({ scheme }))),
  ])('is a configuration: %j', (proof) => {
    expect(() => parseConfig(gate({ ...base, ...proof }), { baseDir: '/', env: {} })).not.toThrow();
  });

  it('no proof at all, by name', () => {
    const open = gate({ path: '/a', provider: 'none', respond: { status: 204 } });
    expect(() => start(open)).not.toThrow();
  });
});
