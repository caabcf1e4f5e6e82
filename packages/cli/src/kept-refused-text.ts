/** What a configuration says of a gate’s refused requests, in words and for machines. */
import { duration } from '@countersign/core/internal/amounts';
import type { Config, GateConfig } from '@countersign/gateway';

type KeptWhere = Pick<Config, 'store' | 'storeKey'>;

/** One line, for `check`. */
export function keptRefusedText({ keepRefused }: GateConfig, config: KeptWhere): string {
  if (keepRefused === undefined) return 'not kept';
  const { atMost, forMs } = keepRefused;
  return `the last ${atMost.toLocaleString('en-US')} are kept for ${duration(forMs)}, ${whereText(config)}`;
}

/** Empty where none is kept. */
export function keptRefusedView({ keepRefused }: GateConfig, config: KeptWhere): object {
  if (keepRefused === undefined) return {};
  const { atMost, forMs } = keepRefused;
  const where = isStored(config) ? 'store' : 'memory';
  return { keepsRefused: { atMost, forSeconds: forMs / 1000, where } };
}

/** Whether refused requests are kept in the store’s file: it takes them encrypted. */
export function isStored({ store, storeKey }: KeptWhere): boolean {
  return store.kind !== 'memory' && storeKey !== undefined;
}

function whereText(config: KeptWhere): string {
  if (isStored(config)) return 'encrypted in the store';
  return config.store.kind === 'memory'
    ? 'in memory, as the store is'
    : 'in memory only, since there is no storeKey';
}
