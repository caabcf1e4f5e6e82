/** Keys that cannot work are refused when a gate is built, not with the first request, and with the same sentence everywhere. */
import { createGate, type GateOptions, writtenProvider, writtenScheme } from '@countersign/core';
import type { Collecting } from './collect.ts';
import type { BadKey } from './suite-data.ts';

/** What a gate with this key says when it is built; undefined where it says nothing. */
export function sentenceOf({ provider, scheme, key }: Omit<BadKey, 'sentence'>): string | undefined {
  const choice: Pick<GateOptions, 'provider' | 'scheme'> =
    provider === undefined
      ? { scheme: writtenScheme(scheme ?? {}) }
      : { provider: writtenProvider(provider) };
  try {
    createGate({ ...choice, keys: [key] });
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

export function declareBadKeys({ it }: Collecting, badKeys: readonly BadKey[]): void {
  for (const badKey of badKeys) {
    it(badKey.title, async () => {
      const sentence = sentenceOf(badKey);
      if (sentence !== badKey.sentence) throw new Error(`expected ${badKey.sentence}, got ${sentence}`);
    });
  }
}
