/** Holds what stands in a store against what the senders were told. */
import type { Faults } from './fault.ts';
import type { Ledger } from './ledger.ts';
import { exportedEvents, holdsBytes, readFile, type StoredEvent } from './read-store.ts';
import { CREDENTIALS, digestOf, type GateName, headerOf, isProved, NUMBER_HEADER } from './sent-request.ts';

/** Judges a store's file. @returns how many events are in it */
export async function judgeFile(path: string, ledger: Ledger, faults: Faults): Promise<number> {
  if (holdsBytes(path, CREDENTIALS))
    faults.add('secret-shown', `${CREDENTIALS}… stands in the store in the clear`);
  const exported = await judgeEvents(exportedEvents(`sqlite:${path}`), ledger, faults);
  const { integrity, events } = readFile(path);
  if (integrity !== 'ok') faults.add('damaged', `SQLite says of the store: ${integrity.slice(0, 300)}`);
  if (events !== exported)
    faults.add('damaged', `${events} events are in the store, and ${exported} are exported`);
  return events;
}

/** @returns how many there are */
export async function judgeEvents(
  events: AsyncIterable<StoredEvent>,
  ledger: Ledger,
  faults: Faults,
): Promise<number> {
  const times = new Map<number, number[]>();
  let count = 0;
  for await (const event of events) {
    count++;
    const n = Number(headerOf(event.headers, NUMBER_HEADER) ?? Number.NaN);
    const entry = ledger.entries.get(n);
    const label = `event ${event.id}, request ${n}`;
    if (!isProved(event.gate as GateName, event)) {
      faults.add('unverified', `${label}: its signature does not prove what is stored`);
    }
    if (entry === undefined) {
      faults.add('never-sent', `${label}: no such request was sent`);
      continue;
    }
    times.set(n, [...(times.get(n) ?? []), event.receivedMs]);
    if (entry.isForged) faults.add('unverified', `${label}: it was forged`);
    else if (entry.digest !== digestOf(event) || entry.gate !== event.gate) {
      faults.add('altered', `${label}: method, target, headers or body are not what was sent`);
    }
    if (entry.standing === 'refused')
      faults.add('kept-though-refused', `${label}: it was answered with a refusal`);
  }
  for (const [n, stored] of times) {
    if (stored.length > 1) {
      const moments = stored.map((ms) => new Date(ms).toISOString()).join(' and ');
      faults.add('duplicate', `request ${n} stands ${stored.length} times in the store, received ${moments}`);
    }
  }
  for (const { n, standing, sendings } of ledger.entries.values()) {
    if (standing === 'acknowledged' && !times.has(n)) {
      faults.add('lost', `request ${n} was acknowledged (sent ${sendings} times), and is not in the store`);
    }
  }
  return count;
}
