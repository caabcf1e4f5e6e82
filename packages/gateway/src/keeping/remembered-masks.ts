/** What was masked while it was kept stays masked when its gate is gone: the last mask of each gate and session is in the store. */
import { Buffer } from 'node:buffer';
import type { MaskConfig } from '../config/config.ts';
import type { RecordStore } from '../stores/record-store.ts';
import { type KeepersConfig, keepersOf } from './keepers.ts';

/** By the name of the gate or session. */
export type RememberedMasks = ReadonlyMap<string, MaskConfig>;

const SPACE = 'masks';

/** @throws Error where one cannot be read: nobody knows then what may be shown */
export async function readMasks(records: Pick<RecordStore, 'list'>): Promise<RememberedMasks> {
  const masks = new Map<string, MaskConfig>();
  for await (const { key, bytes } of records.list(SPACE)) masks.set(key, maskIn(bytes, key));
  return masks;
}

/** Notes the masks that a configuration has, where they are others than those that were read. */
export async function rememberMasks(
  records: Pick<RecordStore, 'get' | 'put'>,
  config: KeepersConfig,
  remembered: RememberedMasks,
): Promise<void> {
  for (const { name, mask } of keepersOf(config)) {
    const before = remembered.get(name);
    if (before === undefined ? isEmpty(mask) : textOf(before) === textOf(mask)) continue;
    const { version } = (await records.get(SPACE, name)) ?? { version: 0 };
    await records.put({ space: SPACE, key: name, version, bytes: Buffer.from(textOf(mask)) });
  }
}

function isEmpty({ headers, members }: MaskConfig): boolean {
  return headers.length + members.length === 0;
}

function textOf({ headers, members }: MaskConfig): string {
  return JSON.stringify({ headers, members });
}

function maskIn(bytes: Uint8Array, name: string): MaskConfig {
  const mask: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (typeof mask === 'object' && mask !== null && 'headers' in mask && 'members' in mask) {
    const { headers, members } = mask;
    if (areTexts(headers) && areTexts(members)) return { headers, members };
  }
  throw new Error(`what ${name} masks cannot be read in the store`);
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
