/** Gateways that share a store in PostgreSQL, who sends to all of them, where they deliver, and who judges. */
import { figureOf } from '../engine/admin-calls.ts';
import { createGatewayProcess, type GatewayOptions, type GatewayProcess } from '../engine/gateway-process.ts';
import { createDeliveryJudge, type DeliveryJudge } from '../engine/judge-deliveries.ts';
import { createLedger, type Ledger } from '../engine/ledger.ts';
import { createSender, type Sender, type SenderOptions } from '../engine/sender.ts';
import { createRequestSource } from '../engine/sent-request.ts';
import { openSink, type Sink } from '../engine/sink.ts';
import type { TrialOptions } from '../engine/trial.ts';
import { createWorkFolder, type Forwarding, type WorkFolder } from '../engine/work-folder.ts';
import { allDelivered, lastLines, resumeWhereDisabled } from '../engine/world.ts';
import { judgeDatabase, judgeFiles, verifyStore } from './judge.ts';
import { type KilledPostgres, openPostgres } from './server.ts';

export interface Member {
  readonly work: WorkFolder;
  readonly gateway: GatewayProcess;
  /** See `gateway.start`, which knows nothing of PostgreSQL. */
  start(): Promise<boolean>;
}

export interface SharedWorld {
  readonly options: TrialOptions;
  readonly server: KilledPostgres;
  readonly members: readonly Member[];
  readonly ledger: Ledger;
  readonly sender: Sender;
  readonly sink: Sink;
  readonly deliveries: DeliveryJudge;
  /** Resolves once all serve. @throws Error where one does not */
  allUp(): Promise<void>;
  close(): Promise<void>;
}

export interface SharedParts {
  readonly gateways: number;
  /** By which a gateway reaches the server. Default: its own. */
  readonly store?: (server: KilledPostgres, at: number) => Promise<string>;
  readonly forwarding?: Forwarding;
  /** How one is started. */
  readonly gateway?: (work: WorkFolder, at: number) => Partial<GatewayOptions>;
  readonly sender?: Partial<SenderOptions>;
}

/** With 2 % of all bodies at the largest, these say how much is written. */
const LARGE_BYTES = 40 * 1024;
const MOST_RESTARTS = 20;
const UP_WITHIN_MS = 90_000;
/** What a gateway had in hand that was killed is another’s after a minute and the destination’s timeout. */
const NOTHING_COMES_MS = 90_000;

export async function openSharedWorld(options: TrialOptions, parts: SharedParts): Promise<SharedWorld> {
  const { seed, connections, faults } = options;
  const ledger = createLedger();
  const deliveries = createDeliveryJudge(ledger, faults);
  const sink = await openSink(deliveries.take);
  const server = await openPostgres();
  const members: Member[] = [];
  for (let at = 0; at < parts.gateways; at++) {
    const store = (await parts.store?.(server, at)) ?? server.address;
    const work = await createWorkFolder({
      sink: sink.address,
      store,
      forwarding: parts.forwarding,
    });
    members.push(createMember({ options, work, parts, at, server }));
  }
  const [first] = members;
  if (first === undefined) throw new Error('a world without a gateway');
  let turn = 0;
  const sender = createSender({
    address: first.work.address,
    nextAddress: () => {
      const serving = members.filter(({ gateway }) => gateway.isUp);
      return (serving[turn++ % serving.length] ?? first).work.address;
    },
    connections,
    seed,
    requests: createRequestSource({ seed, largeBytes: LARGE_BYTES }),
    ledger,
    faults,
    whenUp: () => Promise.race(members.map(({ gateway }) => gateway.whenUp())),
    now: Date.now,
    isRefusalUnsure: true,
    ...parts.sender,
  });
  return {
    options,
    server,
    members,
    ledger,
    sender,
    sink,
    deliveries,
    async allUp() {
      const late = AbortSignal.timeout(UP_WITHIN_MS);
      const isLate = new Promise<false>((resolve) =>
        late.addEventListener('abort', () => resolve(false), { once: true }),
      );
      for (const { gateway, work } of members) {
        const isUp = await Promise.race([gateway.whenUp().then(() => true), isLate]);
        if (!isUp) throw new Error(`a gateway does not start: ${lastLines(work.logFile)}`);
      }
    },
    async close() {
      sender.close();
      await Promise.all(members.map(({ gateway }) => gateway.kill()));
      await sink.close();
      await server.close();
      for (const { work } of members) work.remove();
    },
  };
}

interface MemberParts {
  readonly options: TrialOptions;
  readonly work: WorkFolder;
  readonly parts: SharedParts;
  readonly at: number;
  readonly server: KilledPostgres;
}

function createMember({ options, work, parts, at, server }: MemberParts): Member {
  let restarts = 0;
  let crashesAtStart = 0;
  const gateway: GatewayProcess = createGatewayProcess({
    ...work,
    onUnasked(problem, { code, wasUp }) {
      // Whoever supervises it starts it again: PostgreSQL went while it started.
      const isBrokenOff = code === BROKEN_OFF && !wasUp && server.crashes > crashesAtStart;
      if (!isBrokenOff) options.faults.add('gateway-ended', `${problem}: ${lastLines(work.logFile)}`);
      // The rest of the trial is to be seen.
      if (isBrokenOff || restarts++ < MOST_RESTARTS) void start();
    },
    ...parts.gateway?.(work, at),
  });
  const start = (): Promise<boolean> => {
    crashesAtStart = server.crashes;
    return gateway.start();
  };
  return { work, gateway, start };
}

/** A set-up that cannot work at present. */
const BROKEN_OFF = 2;

export interface SharedEnding {
  readonly repeated: number;
  readonly stored: number;
  readonly delivered: number;
}

/** Once torture is over: all serve again, all is acknowledged, some once more, all is delivered, nothing is overdue; then all stop, and the store is judged. */
export async function endSharedWorld(world: SharedWorld, mostRepeated: number): Promise<SharedEnding> {
  const { options, server, members, ledger, sender, sink, deliveries } = world;
  const { faults, say } = options;
  await world.allUp();
  await sender.pause();
  await sender.settleUnknown();
  const repeated = await sender.repeatAcknowledged(mostRepeated);
  say(`${repeated} acknowledged requests were sent once more`);
  await sink.setMood('well');
  await resumeEverywhere(world);
  await allDelivered(world, NOTHING_COMES_MS);
  deliveries.judgeMissing(sink);
  for (const { work } of members) {
    const overdue = await figureOf(work.admin, 'countersign_deliveries_overdue');
    if (overdue !== 0) faults.add('overdue', `countersign_deliveries_overdue is ${overdue}`);
  }
  const codes = await Promise.all(members.map(({ gateway }) => gateway.stop()));
  for (const [at, code] of codes.entries()) {
    if (code === 0) continue;
    const log = members[at]?.work.logFile ?? '';
    faults.add('gateway-ended', `the last stop of gateway ${at} ended with ${code}: ${lastLines(log)}`);
  }
  for (const { work } of members.slice(0, 1)) await verifyStore(work.configFile, faults);
  const stored = await judgeDatabase(server, ledger, faults);
  judgeFiles(server, faults);
  return { repeated, stored, delivered: sink.taken.size };
}

/** Of the gateways that serve: what the first of them is told, all are. */
export async function resumeEverywhere({ members }: Pick<SharedWorld, 'members'>): Promise<void> {
  const serving = members.find(({ gateway }) => gateway.isUp);
  if (serving !== undefined) await resumeWhereDisabled(serving);
}
