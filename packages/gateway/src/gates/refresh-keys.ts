/** The keys of gates, as other gateways on the store have changed them. */
import type { Log } from '../log/log.ts';
import { GATE_KEYS_SPACE, gateKeysKey } from '../sealed/key-records.ts';
import type { RecordStore } from '../stores/record-store.ts';
import { keyNoteText } from './key-entries.ts';
import type { OpenGate } from './open-gate.ts';

export interface SharedKeys {
  readonly records: Pick<RecordStore, 'list'>;
  /** Those at work now. */
  readonly gates: readonly Pick<OpenGate, 'config' | 'keys'>[];
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/**
 * Each gate goes by what the store has of its keys.
 * @throws what the first of the gates that cannot met with: it goes on with the keys that it has, and the others with their new ones
 */
export async function refreshKeys({ records, gates, log }: SharedKeys): Promise<void> {
  const versions = new Map<string, number>();
  for await (const { key, version } of records.list(GATE_KEYS_SPACE)) versions.set(key, version);
  const failures: unknown[] = [];
  for (const { config, keys } of [...gates]) {
    if (keys.version === (versions.get(gateKeysKey(config.name)) ?? 0)) continue;
    const before = keys.notes;
    try {
      if (!(await keys.refresh())) continue;
    } catch (error) {
      failures.push(error);
      continue;
    }
    log.info({ gate: config.name }, 'the gate’s keys were changed by another gateway on the store');
    for (const note of keys.notes)
      if (!before.some(({ code, keyId }) => code === note.code && keyId === note.keyId))
        log.warn({ gate: config.name, keyId: note.keyId }, keyNoteText(note));
  }
  if (failures.length > 0) throw failures[0];
}
