/** Deliveries of a real PostgreSQL, with as much of events as they need. */

import type { EventStore, KeptEvent } from '../../src/stores/event-store.ts';
import type { Database } from '../../src/stores/postgres/database.ts';
import { connectDatabase } from '../../src/stores/postgres/database.ts';
import { createDays } from '../../src/stores/postgres/days.ts';
import { createPostgresDeliveries, type PostgresDeliveries } from '../../src/stores/postgres/deliveries.ts';
import { isUniqueViolation } from '../../src/stores/postgres/errors.ts';
import { insertDeliveries, orderHashesOf } from '../../src/stores/postgres/new-deliveries.ts';
import { lockOrderKeys } from '../../src/stores/postgres/order-keys.ts';
import { WriteMeter } from '../../src/stores/postgres/write-meter.ts';
import { StoreError } from '../../src/stores/store.ts';

export async function openPostgresDeliveries(
  address: string,
  clocks: { now: () => number; monotonicMs: () => number },
) {
  const database = await connectDatabase({ address });
  const days = createDays(database);
  const meter = new WriteMeter(1_000);
  const deliveries = createPostgresDeliveries({
    database,
    meter,
    ...clocks,
    readEvents: async (ids) => {
      const rows = await database.query('SELECT * FROM countersign.events WHERE id = ANY($1::text[])', [ids]);
      return new Map(
        rows.map((row): [string, KeptEvent] => [
          row['id'],
          {
            id: row['id'],
            gate: row['gate'],
            provider: row['provider'],
            keyId: row['key_id'],
            receivedMs: row['received_ms'],
            method: row['method'],
            url: row['url'],
            headers: JSON.parse(row['headers']),
            body: row['body'],
          },
        ]),
      );
    },
    delayed: { isWritten: () => false, write: async () => {} },
  });
  let last: Promise<unknown> = Promise.resolve();
  const events = {
    keep: (...args: Parameters<EventStore['keep']>) => {
      const next = last.then(() => keep(...args));
      last = next.catch(() => {});
      return next;
    },
  } as unknown as EventStore;
  const keep = async (...[event, _further = [], made = []]: Parameters<EventStore['keep']>) => {
    await days.ensure([event.id]);
    try {
      return await database.transaction(async (session) => {
        if (event.claim) {
          const rows = await session.query(
            'INSERT INTO countersign.claims (gate, identity, until_ms, taken_ms, event_id) VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING RETURNING gate',
            [event.gate, event.claim.identity, event.claim.untilMs, 0, event.id],
          );
          if (rows.length === 0) return { kept: false };
        }
        const deliveries = made.map((delivery) => ({ eventId: event.id, gate: event.gate, delivery }));
        await lockOrderKeys(session, orderHashesOf(deliveries));
        await session.query(
          `INSERT INTO countersign.events (id, place, gate, provider, key_id, received_ms, method, url, body_bytes, encoding, headers, body)
          VALUES ($1, nextval('countersign.places'), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
          [
            event.id,
            event.gate,
            event.provider,
            event.keyId,
            event.receivedMs,
            event.method,
            event.url,
            event.hashed?.bodyBytes ?? event.body.byteLength,
            event.hashed ? 'sha256' : null,
            JSON.stringify(event.headers),
            event.body,
          ],
        );
        await insertDeliveries(session, deliveries, clocks.now());
        return { kept: true };
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new StoreError('duplicate-event', 'x');
      throw error;
    }
  };
  return {
    events,
    deliveries,
    database,
    close: async () => {
      await deliveries.close();
      await database.close();
    },
  };
}
