/** SIGKILL at random moments, and the same store again: what was acknowledged is there, once, to the byte. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../scripts/seeded-random.ts';
import { createGatewayProcess, type GatewayProcess } from '../engine/gateway-process.ts';
import { judgeFile } from '../engine/judge-store.ts';
import { createLedger, type Ledger } from '../engine/ledger.ts';
import { copyStore } from '../engine/read-store.ts';
import { createSender, type Sender } from '../engine/sender.ts';
import { createRequestSource } from '../engine/sent-request.ts';
import type { Trial, TrialOptions, TrialResult } from '../engine/trial.ts';
import { createWorkFolder, type WorkFolder } from '../engine/work-folder.ts';

export interface KillsOptions extends TrialOptions {
  /** Gets the store once it is judged and the gateway has ended, before it is removed. */
  readonly onJudged?: (storeFile: string, ledger: Ledger) => void;
  /** Spoils the store while the gateway is down, before the last start. */
  readonly spoilBeforeRepeats?: (storeFile: string) => void;
}

export const kills: Trial = {
  name: 'kills',
  summary: 'SIGKILL at random moments under load; the store is judged by SQL',
  run: runKills,
};

/** The store is judged after every so many kills, as the kill left it. */
const JUDGED_EVERY = 10;
const MOST_REPEATED = 20_000;

interface Run {
  readonly options: KillsOptions;
  readonly work: WorkFolder;
  readonly gateway: GatewayProcess;
  readonly ledger: Ledger;
  readonly sender: Sender;
  readonly draw: () => number;
}

export async function runKills(options: KillsOptions): Promise<TrialResult> {
  const work = await createWorkFolder();
  const { seed, connections, faults } = options;
  const ledger = createLedger();
  const gateway = createGatewayProcess({
    ...work,
    onUnasked(problem) {
      faults.add('gateway-ended', `${problem}: ${lastLines(work.logFile)}`);
      void gateway.start();
    },
  });
  const sender = createSender({
    ...work,
    connections,
    seed,
    requests: createRequestSource({ seed }),
    ledger,
    faults,
    whenUp: () => gateway.whenUp(),
    now: Date.now,
  });
  try {
    return await tortureAndJudge({ options, work, gateway, ledger, sender, draw: seededRandom(seed + 1) });
  } finally {
    sender.close();
    await gateway.kill();
    work.remove();
  }
}

async function tortureAndJudge(run: Run): Promise<TrialResult> {
  const { options, work, gateway, ledger, sender } = run;
  const { faults, say } = options;
  const startMs = performance.now();
  sender.start();
  let killedInStart = 0;
  for (let kill = 1; kill <= options.kills; kill++) {
    if (await killOnce(run)) killedInStart++;
    if (kill % JUDGED_EVERY === 0 || kill === options.kills) await judgeAsLeft(run, kill);
  }
  options.spoilBeforeRepeats?.(work.storeFile);
  await gateway.start();
  await sender.pause();
  await sender.settleUnknown();
  const repeated = await sender.repeatAcknowledged(MOST_REPEATED);
  say(`${repeated} acknowledged requests were sent once more`);
  const code = await gateway.stop();
  if (code !== 0) faults.add('gateway-ended', `the last stop ended with ${code}: ${lastLines(work.logFile)}`);
  const events = judgeFile(work.storeFile, ledger, faults);
  options.onJudged?.(work.storeFile, ledger);
  const { counts } = sender;
  if (counts.acknowledged < options.kills || counts.forged === 0 || counts.lostConnections === 0) {
    faults.add(
      'nothing-tried',
      `${counts.acknowledged} acknowledged, ${counts.forged} forged, ${counts.lostConnections} cut off: too few`,
    );
  }
  return {
    figures: {
      kills: options.kills,
      killedInStart,
      sent: counts.sent,
      acknowledged: ledger.acknowledged,
      stored: events,
      forged: counts.forged,
      repeats: counts.repeats,
      twins: counts.twins,
      connectionsLost: counts.lostConnections,
      seconds: Math.round((performance.now() - startMs) / 1_000),
    },
  };
}

/**
 * At a moment that is drawn: in a start, some time into it, or right upon an answer, when whatever comes after the answer is yet to be done.
 * @returns whether the gateway was still starting
 */
async function killOnce({ gateway, sender, draw }: Run): Promise<boolean> {
  const started = gateway.start();
  const kind = draw() % 10;
  if (kind < 2) {
    await Promise.race([delay(draw() % 250), started]);
    const wasStarting = !gateway.isUp;
    await gateway.kill();
    await started;
    return wasStarting;
  }
  await started;
  if (kind < 6) await delay(draw() % 600);
  else await Promise.race([sender.afterAcknowledged(1 + (draw() % 2_000)), delay(2_000)]);
  await gateway.kill();
  return false;
}

/** With nobody sending, so that what is not answered now never is. */
async function judgeAsLeft({ options, work, ledger, sender }: Run, kill: number): Promise<void> {
  const copy = join(work.folder, 'copy.db');
  copyStore(work.storeFile, copy);
  const events = judgeFile(copy, ledger, options.faults);
  options.say(
    `${kill} kills: ${sender.counts.acknowledged} acknowledged, ${events} in the store, ${options.faults.count} faults`,
  );
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' ').slice(-600);
  } catch {
    return 'it printed nothing';
  }
}
