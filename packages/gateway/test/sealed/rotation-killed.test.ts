/** A rotation that is killed, at many moments: nothing is lost, and the next one ends what it has begun. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { between, isLong } from '../../../../scripts/effort.ts';
import { Secret } from '../../src/config/secret.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { openStoreKeys } from '../../src/sealed/store-keys.ts';
import { createSealedCache } from '../../src/sealed/token-cache.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { temporaryDir } from '../harness.ts';
import { configure, NEW, OLD, opened, rotate, storeOfBefore, WHOLE } from './rotation-bench.ts';

/** Spread over a whole rotation. */
const MOMENTS = between(6, 16);
/** After so many rows: between two transactions, where only a part of the rows is under the new key. */
const ROWS = isLong ? [100, 300, 500, 700, 1_000] : [100, 500, 1_000];
const TOKENS = 1_000;
const TOKEN = { token: 'a token', issuedAtMs: 1, expiresAtMs: 2 };

interface ChildRotation {
  readonly isKilled: boolean;
  readonly wholeMs: number;
}

/** @param when `ms` after it has begun, or after so many `rows`; never without */
async function rotatedInChild(
  cwd: string,
  { ms, rows = 0 }: { readonly ms?: number; readonly rows?: number } = {},
): Promise<ChildRotation> {
  const child = spawn(
    process.execPath,
    ['--conditions=countersign-source', join(import.meta.dirname, 'rotate-child.ts'), cwd, String(rows)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  const begunMs = performance.now();
  const done = once(child.stdout, 'data');
  if (ms !== undefined) {
    // The moment is the input here, not something that is waited for.
    await Promise.race([ended, delay(ms)]);
    child.kill('SIGKILL');
  } else await Promise.race([ended, done]);
  const wholeMs = performance.now() - begunMs;
  const [code, signal] = await ended;
  if (signal === null) expect(code).toBe(0);
  return { isKilled: signal === 'SIGKILL', wholeMs };
}

it('loses nothing, and is ended by the next one', async ({ annotate }) => {
  const cwd = storeOfBefore();
  const store = await openStore({ kind: 'sqlite', file: join(cwd, 'store.db') });
  const cache = createSealedCache(store.records, createSealer(Buffer.from(OLD, 'hex')));
  await Promise.all(Array.from({ length: TOKENS }, (_, i) => cache.save(`token ${i}`, TOKEN)));
  await store.close();
  const copied = (): string => {
    const copy = temporaryDir();
    for (const name of ['store.db', 'countersign.json']) copyFileSync(join(cwd, name), join(copy, name));
    return copy;
  };
  /** Whether all is there, then what the next rotation makes of it. @returns whether the kill came in the midst of the rows */
  const resumed = async (copy: string): Promise<boolean> => {
    const { isResealing, ...rest } = await opened(copy);
    const { isResealing: _, ...whole } = WHOLE;
    expect(rest).toEqual(whole);
    expect(await rotate(copy, { isReseal: true })).toMatchObject({
      resealed: { ofOtherGates: 0, unopened: 0 },
    });
    configure(copy, { storeKey: NEW });
    expect(await opened(copy)).toEqual(WHOLE);
    const after = await openStore({ kind: 'sqlite', file: join(copy, 'store.db') });
    const { sealer } = await openStoreKeys({ store: after, storeKey: new Secret(NEW) });
    const tokens = createSealedCache(after.records, sealer);
    for (let i = 0; i < TOKENS; i++) expect(await tokens.load(`token ${i}`)).toEqual(TOKEN);
    await after.close();
    return isResealing;
  };
  for (const rows of ROWS) {
    const copy = copied();
    expect((await rotatedInChild(copy, { rows })).isKilled).toBe(true);
    expect(await resumed(copy)).toBe(true);
  }
  const { wholeMs } = await rotatedInChild(copied());
  let kills = 0;
  let midway = 0;
  for (let moment = 0; moment < MOMENTS; moment++) {
    const copy = copied();
    const { isKilled } = await rotatedInChild(copy, { ms: (wholeMs * moment) / MOMENTS });
    if (isKilled) kills++;
    if ((await resumed(copy)) && isKilled) midway++;
  }
  await annotate(
    `${kills} of ${MOMENTS} timed kills hit, ${midway} of them in the midst of the rows; and ${ROWS.length} of ${ROWS.length} after a number of rows`,
  );
  expect(kills).toBeGreaterThanOrEqual(MOMENTS / 2);
}, 600_000);
