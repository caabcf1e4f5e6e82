/** All that a trial is made of: a gateway on a store, who sends to it, where it delivers, and who judges. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { figureOf, resume } from './admin-calls.ts';
import { createGatewayProcess, type GatewayOptions, type GatewayProcess } from './gateway-process.ts';
import { createDeliveryJudge, type DeliveryJudge } from './judge-deliveries.ts';
import { judgeFile } from './judge-store.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createSender, type Sender, type SenderOptions } from './sender.ts';
import { createRequestSource } from './sent-request.ts';
import { openSink, type Sink } from './sink.ts';
import type { TrialOptions } from './trial.ts';
import { createWorkFolder, DESTINATION, type WorkFolder } from './work-folder.ts';

export interface World {
  readonly options: TrialOptions;
  readonly work: WorkFolder;
  readonly gateway: GatewayProcess;
  readonly ledger: Ledger;
  readonly sender: Sender;
  readonly sink: Sink;
  readonly deliveries: DeliveryJudge;
  close(): Promise<void>;
}

export interface WorldParts {
  readonly storeFolder?: string;
  readonly largeBytes?: number;
  /** How the gateway is started. */
  readonly gateway?: (work: WorkFolder) => Partial<GatewayOptions>;
  readonly sender?: (work: WorkFolder) => Partial<SenderOptions>;
}

export async function openWorld(options: TrialOptions, parts: WorldParts = {}): Promise<World> {
  const { seed, connections, faults } = options;
  const ledger = createLedger();
  const deliveries = createDeliveryJudge(ledger, faults);
  const sink = await openSink(deliveries.take);
  const work = await createWorkFolder({
    sink: sink.address,
    ...(parts.storeFolder !== undefined && { storeFolder: parts.storeFolder }),
  });
  let restarts = 0;
  const gateway: GatewayProcess = createGatewayProcess({
    ...work,
    onUnasked(problem) {
      faults.add('gateway-ended', `${problem}: ${lastLines(work.logFile)}`);
      // Who sends waits for it, and the rest of the trial is to be seen.
      if (restarts++ < MOST_RESTARTS) void gateway.start();
    },
    ...parts.gateway?.(work),
  });
  const sender = createSender({
    ...work,
    connections,
    seed,
    requests: createRequestSource({
      seed,
      ...(parts.largeBytes !== undefined && { largeBytes: parts.largeBytes }),
    }),
    ledger,
    faults,
    whenUp: () => gateway.whenUp(),
    now: Date.now,
    ...parts.sender?.(work),
  });
  return {
    options,
    work,
    gateway,
    ledger,
    sender,
    sink,
    deliveries,
    async close() {
      sender.close();
      await gateway.kill();
      await sink.close();
      work.remove();
    },
  };
}

/** One that cannot start would be started for ever. */
const MOST_RESTARTS = 3;

export interface Ending {
  readonly repeated: number;
  readonly stored: number;
  readonly delivered: number;
}

const DISABLED = 'countersign_destination_state\\{[^}]*state="disabled"[^}]*\\}';

/** No acknowledged request may wait longer for its delivery once the destination is well. */
const NOTHING_COMES_MS = 45_000;

/**
 * Once torture is over, with the gateway up: all is sent until it is acknowledged, some once more, all is delivered, nothing is overdue; then the
 * gateway is stopped, and its store judged.
 */
export async function endWorld(world: World, mostRepeated: number): Promise<Ending> {
  const { options, work, gateway, ledger, sender, sink, deliveries } = world;
  const { faults, say } = options;
  await sender.pause();
  await sender.settleUnknown();
  const repeated = await sender.repeatAcknowledged(mostRepeated);
  say(`${repeated} acknowledged requests were sent once more`);
  await sink.setMood('well');
  await resumeWhereDisabled(world);
  await allDelivered(world);
  deliveries.judgeMissing(sink);
  const overdue = await figureOf(work.admin, 'countersign_deliveries_overdue');
  if (overdue !== 0) faults.add('overdue', `countersign_deliveries_overdue is ${overdue}`);
  const code = await gateway.stop();
  if (code !== 0) faults.add('gateway-ended', `the last stop ended with ${code}: ${lastLines(work.logFile)}`);
  const stored = await judgeFile(work.storeFile, ledger, faults);
  return { repeated, stored, delivered: sink.taken.size };
}

/** What has said 410 is sent nothing until an operator says so. */
export async function resumeWhereDisabled({ work }: Pick<World, 'work'>): Promise<void> {
  const isDisabled = await figureOf(work.admin, DISABLED);
  if (isDisabled === 1) await resume(work.admin, DESTINATION);
}

/** Waits while deliveries come. */
export async function allDelivered(
  { sink, deliveries, options }: Pick<World, 'sink' | 'deliveries' | 'options'>,
  nothingComesMs: number = NOTHING_COMES_MS,
): Promise<void> {
  const startMs = performance.now();
  let lastMs = startMs;
  // All entries are gone through: twice a second.
  while (deliveries.missing(sink) > 0 && performance.now() - lastMs < nothingComesMs) {
    const { size } = sink.taken;
    await delay(500);
    if (sink.taken.size !== size) lastMs = performance.now();
  }
  options.say(`the last was delivered after ${Math.round(performance.now() - startMs)} ms`);
}

export function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' ').slice(-600);
  } catch {
    return 'it printed nothing';
  }
}
