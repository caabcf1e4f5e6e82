/** A PostgreSQL store as it opens, or says why it does not; and what it says and does while the server is away. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inspectStore } from '../../../src/stores/inspect-store.ts';
import { openStore, storeAddress } from '../../../src/stores/open-store.ts';
import { openStoreLook } from '../../../src/stores/open-store-look.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { VERSION } from '../../../src/stores/postgres/schema.ts';
import type { Store } from '../../../src/stores/store.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { temporaryDir } from '../../harness.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

describe.skipIf(leaveOutPostgres)(`a PostgreSQL store${postgresReason}`, { timeout: 180_000 }, () => {
  const databases = postgresDatabases();

  async function open(address: string, options: Parameters<typeof openStore>[1] = {}): Promise<Store> {
    const store = await openStore(address, options);
    onTestFinished(() => store.close());
    return store;
  }

  async function ask(address: string, text: string): Promise<void> {
    const database = await connectDatabase({ address });
    await database.query(text);
    await database.close();
  }

  async function saidOf(address: string): Promise<string> {
    const error: unknown = await openStore(address).catch((thrown: unknown) => thrown);
    if (!(error instanceof Error)) throw new Error('it was opened');
    return error.message.replaceAll(/host=[^ ?&]*/g, 'host=DIR').replaceAll(/store_\d+/g, 'NAME');
  }

  it('of two gateways has what either has kept', async () => {
    const address = await databases.create();
    const [one, two] = [await open(address), await open(address)];
    const claim = { identity: new Uint8Array(16).fill(3), untilMs: Date.now() + 60_000 };
    expect(await one.events.keep(event(1, { claim }))).toEqual({ kept: true });
    expect(await two.events.keep(event(2, { claim }))).toEqual({ kept: false, repeatOf: event(1).id });
    expect((await two.events.get(event(1).id))?.url).toBe(event(1).url);
  });

  it('that cannot be opened says why, and nothing of its password', async () => {
    const address = await databases.create();
    await ask(address, 'CREATE ROLE plain LOGIN');
    const away = join(temporaryDir(), 'none');
    const said = {
      'nobody there': await saidOf(`postgres://me:hunter2@/x?host=${away}`),
      'no such database': await saidOf(address.replace(/store_\d+/, 'elsewhere')),
      'no such user': await saidOf(address.replace('postgres@', 'nobody:hunter2@')),
      'no rights': await saidOf(
        address.replace('postgres@', 'plain:hunter2@').replace(/store_\d+/, 'postgres'),
      ),
    };
    expect(JSON.stringify(said)).not.toContain('hunter2');
    expect(said).toEqual({
      'nobody there':
        'store: the PostgreSQL at postgres://me@/x?host=DIR does not answer (ENOENT). Start it, or correct host and port in the address.',
      'no such database':
        'store: the PostgreSQL at postgres://postgres@/elsewhere?host=DIR has no database elsewhere. Create it: CREATE DATABASE "elsewhere"; or correct its name.',
      'no such user':
        'store: the PostgreSQL at postgres://nobody@/NAME?host=DIR does not let nobody in. Let the server take nobody for NAME from here, in its pg_hba.conf; where it asks for TLS there, take sslmode=disable out of the address.',
      'no rights':
        'store: the PostgreSQL at postgres://plain@/postgres?host=DIR does not give plain the rights to make or use the schema countersign. Let the user make a schema there: GRANT CREATE ON DATABASE "postgres" TO "plain"; where another user has made the schemas countersign and countersign_jobs, make this one their owner.',
    });
  });

  it('that is not in UTF-8 is refused', async () => {
    const address = await databases.create();
    await ask(address, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    expect(await saidOf(address.replace(/store_\d+/, 'latin'))).toBe(
      "store: is in a database that is not in UTF-8. Create one that is: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0.",
    );
  });

  it('that a newer gateway has made is looked into and opened by none that it does not serve', async () => {
    const address = await databases.create();
    await ask(
      address,
      `UPDATE countersign.schema SET version = ${VERSION + 2}, serves_from = ${VERSION + 1}`,
    );
    expect(await saidOf(address)).toBe(
      `store: was brought to version ${VERSION + 2} of its schema by a newer gateway; this one knows ${VERSION}. Run that version or a newer one, or restore a dump from before it.`,
    );
    expect((await inspectStore(storeAddress(address))).problem?.problem).toBe(
      `was brought to version ${VERSION + 2} of its schema by a newer gateway, and this one cannot work with it`,
    );
    await expect(openStoreLook(storeAddress(address))).rejects.toThrow(
      /the store in postgres:.* has schema version \d+, and this build looks into version \d+\. Run that version/,
    );
  });

  it('in which the user may make no schema is refused by a look too', async () => {
    const address = await databases.create();
    await ask(address, 'CREATE ROLE guest LOGIN');
    const asGuest = address.replace('postgres@', 'guest@').replace(/store_\d+/, 'postgres');
    const { problem } = await inspectStore(storeAddress(asGuest));
    expect(problem?.problem).toMatch(/does not give guest the rights to make or use the schema countersign$/);
  });

  it('is looked into as it is: where there is none, none is made', async () => {
    const address = await databases.create();
    expect(await inspectStore(storeAddress(address))).toEqual({ problem: undefined, warnings: [] });
    await ask(address, 'DROP SCHEMA countersign CASCADE');
    expect(await inspectStore(storeAddress(address))).toEqual({ problem: undefined, warnings: [] });
    await expect(openStoreLook(storeAddress(address))).rejects.toThrow(
      /there is no store in postgres:.*\. Name the database of a store\. The start of a gateway makes one\./,
    );
    await open(address);
    const look = await openStoreLook(storeAddress(address));
    expect(await look.stats()).toMatchObject({
      database: expect.stringMatching(/^postgres:\/\/postgres@\/store_\d+\?host=/),
      schemaVersion: VERSION,
      events: 0,
    });
    expect((await look.verify()).findings).toEqual([]);
    await look.close();
  });

  it('whose server goes away rejects writes and says so; when that is back it takes them again by itself', async () => {
    const address = await databases.create();
    const problems: string[] = [];
    const store = await open(address, { onProblem: (message) => problems.push(message) });
    await store.events.keep(event(1));
    expect(store.fault()).toBeUndefined();
    const crashed = databases.crash();
    await expect
      .poll(
        () =>
          store.events.keep(event(2)).then(
            () => 'kept',
            (error: unknown) => String(error),
          ),
        { timeout: 30_000 },
      )
      .toMatch(/PostgreSQL cannot be reached|kept/);
    await crashed;
    expect(problems).toContain('other gateways are not heard: what they have is looked for each second');
    await expect.poll(() => store.fault(), { timeout: 30_000, interval: 200 }).toBeUndefined();
    expect(await store.events.keep(event(3))).toEqual({ kept: true });
    expect((await store.events.get(event(1).id))?.id).toBe(event(1).id);
  });

  it('that a newer gateway has migrated past this one takes nothing more from it, and reads nothing', async () => {
    const address = await databases.create();
    const problems: string[] = [];
    const store = await open(address, {
      onProblem: (message, error) => problems.push(`${message}: ${String(error)}`),
    });
    await store.events.keep(event(1));
    await ask(address, `UPDATE countersign.schema SET version = ${VERSION + 1}`);
    await store.events.keep(event(2));
    await ask(
      address,
      `UPDATE countersign.schema SET version = ${VERSION + 2}, serves_from = ${VERSION + 2}`,
    );
    // Nobody asks it how it is: it looks by itself.
    await expect.poll(() => problems, { timeout: 30_000 }).toHaveLength(1);
    const sentence = `A newer gateway has brought the store to version ${VERSION + 2} of its schema, and this one, which knows ${VERSION}, cannot work with that: replace it by the newer version.`;
    expect(problems).toEqual([`this gateway works with its store no more: StoreError: ${sentence}`]);
    expect(store.fault()).toBe(sentence);
    await expect(store.events.keep(event(3))).rejects.toThrow(sentence);
    await expect(store.events.list({ limit: 10 })).rejects.toThrow(sentence);
    await expect(store.leases?.ofGate('gate').find('0'.repeat(32), Date.now())).rejects.toThrow(sentence);
    const later = await connectDatabase({ address });
    onTestFinished(() => later.close());
    expect(await later.query('SELECT id FROM countersign.events ORDER BY id')).toEqual([
      { id: event(1).id },
      { id: event(2).id },
    ]);
  });

  it('is waited for at its start, as long as is said', async () => {
    // The connection that a crash before this has ended is made anew.
    const address = await databases.create().catch(() => databases.create());
    const waits: number[] = [];
    const crashed = databases.crash();
    const store = await open(address, { waitMs: 60_000, onWait: () => waits.push(1) });
    await crashed;
    expect(waits.length).toBeLessThanOrEqual(1);
    expect(store.fault()).toBeUndefined();
    const late: unknown = await openStore('postgres://me@/x?host=/nowhere', { waitMs: 400 }).catch(
      (error: unknown) => error,
    );
    expect(String(late)).toContain(
      'the PostgreSQL at postgres://me@/x?host=/nowhere does not answer (ENOENT), and did not within 400 ms. Start it, or correct host and port in the address.',
    );
  });

  it('whose delayed jobs cannot be had is opened, and delivers', async () => {
    const address = await databases.create();
    await ask(address, 'DROP SCHEMA countersign_jobs CASCADE');
    await ask(address, 'CREATE SCHEMA countersign_jobs');
    await ask(address, 'CREATE TABLE countersign_jobs.version (other text)');
    const problems: string[] = [];
    const store = await open(address, { onProblem: (message) => problems.push(message) });
    expect(problems).toContain(
      'delayed deliveries wake nobody: their jobs cannot be had, and they are looked for',
    );
    await store.events.keep(event(1), [], [{ destination: 'a' }]);
    const due = { destination: 'a', limit: 1, maxBytes: 1_000, leaseMs: 1_000, nowMs: Date.now() };
    expect(await store.deliveries.take(due)).toHaveLength(1);
  });
});
