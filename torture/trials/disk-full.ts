/** A disk that is full: 503 and nothing half-written; and once there is room again all goes on, without a restart. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { healthOf } from '../engine/health.ts';
import { judgeFile } from '../engine/judge-store.ts';
import { copyStore } from '../engine/read-store.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { endWorld, openWorld, type World } from '../engine/world.ts';

export const diskFull: Trial = {
  name: 'disk-full',
  summary: 'a store on a small disk that the sender fills, until room is made',
  run: runDiskFull,
};

const DISK_BYTES = 48 * 1024 * 1024;
/** What is taken away to make room. */
const BALLAST_BYTES = 24 * 1024 * 1024;
const HEALTH_WITHIN_MS = 10_000;

async function runDiskFull(options: TrialOptions): Promise<TrialResult> {
  const mounted = mountSmallDisk();
  if (typeof mounted === 'string') return { figures: {}, skipped: mounted };
  try {
    return await fill(options, mounted.folder);
  } finally {
    mounted.unmount();
  }
}

interface SmallDisk {
  readonly folder: string;
  unmount(): void;
}

/** @returns why there is none, where there is none */
function mountSmallDisk(): SmallDisk | string {
  if (process.platform !== 'linux') return 'a small disk is mounted as tmpfs, which is Linux’s';
  const folder = mkdtempSync(join(tmpdir(), 'countersign-disk-'));
  const { status, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder]);
  if (status !== 0 || error !== undefined) {
    rmSync(folder, { recursive: true, force: true });
    return 'a small disk could not be mounted (it needs root)';
  }
  return {
    folder,
    unmount() {
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fill(options: TrialOptions, disk: string): Promise<TrialResult> {
  const storeFolder = join(disk, 'store');
  mkdirSync(storeFolder);
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES));
  const world = await openWorld(options, { storeFolder });
  try {
    return await fillAndMakeRoom(world, ballast);
  } finally {
    await world.close();
  }
}

async function fillAndMakeRoom(world: World, ballast: string): Promise<TrialResult> {
  const { options, work, gateway, ledger, sender } = world;
  const { faults, say } = options;
  await gateway.start();
  const { pid } = gateway;
  sender.start();
  await sender.afterStatus(503, 200);
  const filledAt = ledger.acknowledged;
  say(`full after ${filledAt} acknowledged requests`);
  await expectHealth(world, 503);
  await sender.pause();
  const copy = join(work.folder, 'full.db');
  copyStore(work.storeFile, copy);
  const storedWhenFull = await judgeFile(copy, ledger, faults);
  rmSync(ballast);
  await expectHealth(world, 200);
  sender.start();
  await sender.afterAcknowledged(300);
  await sender.pause();
  if (gateway.pid !== pid || !gateway.isUp)
    faults.add('gateway-ended', 'the gateway is not the process that it was');
  const { stored, delivered } = await endWorld(world, 5_000);
  return {
    figures: {
      acknowledgedUntilFull: filledAt,
      storedWhenFull,
      refused: sender.counts.statuses.get(503) ?? 0,
      acknowledged: ledger.acknowledged,
      stored,
      delivered,
    },
  };
}

async function expectHealth({ options, gateway }: World, status: number): Promise<void> {
  const startMs = performance.now();
  for (let health = 0; health !== status; ) {
    health = await healthOf(gateway.address);
    if (performance.now() - startMs > HEALTH_WITHIN_MS) {
      options.faults.add(
        'wrong-health',
        `/health answers ${health} and not ${status} after ${HEALTH_WITHIN_MS / 1_000} s`,
      );
      return;
    }
  }
  options.say(`/health answers ${status} after ${Math.round(performance.now() - startMs)} ms`);
}
