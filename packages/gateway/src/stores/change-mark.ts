/**
 * A record that is written after each change of what gateways share and hold in memory. Who follows such changes asks for this one record, and
 * for the rest where it is another than before.
 */
import type { RecordStore } from './record-store.ts';

const MARK = { space: 'shared-changes', key: 'last' } as const;
/** Its version says all. */
const BYTES: Uint8Array = Buffer.from('{}');

/** To be called once the change is written: whoever sees the new mark finds the change. @throws StoreError */
export async function markChange(records: Pick<RecordStore, 'get' | 'put'>): Promise<void> {
  const version = (await records.get(MARK.space, MARK.key))?.version ?? 0;
  // Where somebody else has marked meanwhile, it was after our change, and so does for both.
  await records.put({ ...MARK, version, bytes: BYTES });
}

/** Another number after each change; 0: there was none. @throws StoreError */
export async function changeMark(records: Pick<RecordStore, 'get'>): Promise<number> {
  return (await records.get(MARK.space, MARK.key))?.version ?? 0;
}
