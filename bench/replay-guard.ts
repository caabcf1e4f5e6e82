/**
 * Prevents: a replay guard whose memory or time per claim grows unseen. For information: no target.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { MemoryReplayGuard } from '@countersign/core';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { quantile } from './measure/rounds.ts';

const CLAIMS = 1_000_000;
const NOW = 1_760_000_000_000;
const UNTIL = NOW + 300_000;

/** Takes a new claim and commits it. */
type ClaimOnce = (identity: Uint8Array) => void;

/** The base first. */
const MAKERS: Readonly<Record<string, () => ClaimOnce>> = {
  'Map of hex text': mapOfText,
  MemoryReplayGuard: guard,
};

interface Filled {
  readonly bytesPerClaim: number;
  readonly claimsPerSecond: number;
}

const { values } = readArguments('node bench/replay-guard.ts [--rounds 5]', {
  options: { rounds: { type: 'string', default: '5' }, fill: { type: 'string' } },
});
if (values.fill === undefined) compare(positive(values.rounds, '--rounds'));
else console.log(JSON.stringify(fillOnce(values.fill)));

/** Each fill in a process of its own: what an earlier one left behind would count for the next. */
function compare(rounds: number): void {
  const names = Object.keys(MAKERS);
  const filled = names.map((): Filled[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, name] of names.entries()) {
      const args = ['--expose-gc', import.meta.filename, '--fill', name];
      const { stdout } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      filled[at]?.push(JSON.parse(stdout) as Filled);
    }
  }
  console.log(
    'replay guard, filled from empty to a million claims (begin and commit; a Map of hex text is 1)',
  );
  const base = filled[0] as readonly Filled[];
  for (const [at, name] of names.entries()) {
    const own = filled[at] as readonly Filled[];
    const ratio = quantile(
      own.map(({ claimsPerSecond }, round) => claimsPerSecond / (base[round] as Filled).claimsPerSecond),
      0.5,
    );
    const bytes = quantile(
      own.map(({ bytesPerClaim }) => bytesPerClaim),
      0.5,
    );
    const speed = quantile(
      own.map(({ claimsPerSecond }) => claimsPerSecond),
      0.5,
    );
    console.log(
      `  ${name.padEnd(17)}  ${ratio.toFixed(2)}  ${bytes.toFixed(0).padStart(4)} bytes a claim  (${(speed / 1000).toFixed(0)}k claims/s)`,
    );
  }
}

function fillOnce(name: string): Filled {
  const { gc } = globalThis;
  const make = MAKERS[name];
  if (!gc || !make) throw new Error('--fill needs a known name, and --expose-gc');
  const identities = randomFillSync(new Uint8Array(16 * CLAIMS));
  const before = heldBytes(gc);
  const claim = make();
  const start = performance.now();
  for (let i = 0; i < CLAIMS; i++) claim(identities.subarray(16 * i, 16 * i + 16));
  const elapsedMs = performance.now() - start;
  const bytesPerClaim = (heldBytes(gc) - before) / CLAIMS;
  // The last use: what was filled, and what with, lives until here.
  claim(identities.subarray(0, 16));
  return { bytesPerClaim, claimsPerSecond: (CLAIMS * 1000) / elapsedMs };
}

function guard(): ClaimOnce {
  const claims = new MemoryReplayGuard({ maxClaims: CLAIMS + 1 });
  return (identity) => {
    claims.begin(identity, NOW, 60_000);
    claims.commit(identity, UNTIL);
  };
}

/** What is written by hand first: text to expiry. It never forgets. */
function mapOfText(): ClaimOnce {
  const claims = new Map<string, number>();
  return (identity) => {
    const text = Buffer.from(identity.buffer, identity.byteOffset, 16).toString('hex');
    if ((claims.get(text) ?? 0) <= NOW) claims.set(text, UNTIL);
  };
}

function heldBytes(collect: () => void): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
