/** Who sends requests to gates that forward: copies of each to several gateways, at once and afterwards, until one of them says that it ran. */
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, Connection, ConnectionLost } from '../engine/connection.ts';
import { createMilestones } from '../engine/milestones.ts';
import { FORWARD_PATHS, FORWARD_SECRET, type WhenUnavailable } from '../engine/work-folder.ts';

export interface Copies {
  /** Sends until it is stopped. */
  start(): void;
  /** No new requests; resolves once each has run, as its sender was told. */
  stop(): Promise<void>;
  /** Resolves at the next so many answers of a kind. */
  after(gate: WhenUnavailable, kind: 'ran' | 'unavailable', count: number): Promise<void>;
  readonly sent: readonly SentCopies[];
}

export interface SentCopies {
  readonly gate: WhenUnavailable;
  /** As the upstream knows it. */
  readonly key: string;
  /** How often its sender was told that it ran, now or before. */
  ran: number;
}

const LANES = 8;
const AGAIN_MS = 20;
const OK = 200;
const UNAVAILABLE = 503;

export function createCopies(gateways: readonly Address[]): Copies {
  const sent: SentCopies[] = [];
  const milestones = new Map<string, { count: number; readonly at: ReturnType<typeof createMilestones> }>();
  const milestone = (name: string): { count: number; readonly at: ReturnType<typeof createMilestones> } => {
    const present = milestones.get(name) ?? { count: 0, at: createMilestones() };
    milestones.set(name, present);
    return present;
  };
  let isStopped = false;
  let lanes: Promise<void>[] = [];
  const send = async (entry: SentCopies, wire: Buffer, to: Connections, at: number): Promise<void> => {
    const status = await to.exchange(at % gateways.length, wire);
    if (status === OK) entry.ran++;
    if (status !== OK && status !== UNAVAILABLE) return;
    const reached = milestone(`${entry.gate} ${status}`);
    reached.at.reached(++reached.count);
  };
  const lane = async (number: number): Promise<void> => {
    // One that waits for Redis must not hold up the other gate.
    const gate: WhenUnavailable = number % 2 === 0 ? 'refuse' : 'accept';
    const connections = [new Connections(gateways), new Connections(gateways)];
    const [own, other] = connections as [Connections, Connections];
    for (let turn = 0; !isStopped; turn++) {
      const body = `{"lane":${number},"turn":${turn}}`;
      const entry: SentCopies = { gate, key: `${FORWARD_PATHS[gate]} ${body}`, ran: 0 };
      sent.push(entry);
      const wire = wireOf(gate, body);
      for (let copy = turn; entry.ran === 0; copy++) {
        await Promise.all([send(entry, wire, own, copy), send(entry, wire, other, copy + 1)]);
        if (entry.ran === 0) await delay(AGAIN_MS);
      }
      // It is known everywhere.
      for (let at = 0; at < gateways.length; at++) await send(entry, wire, own, at);
    }
    for (const { close } of connections) close();
  };
  return {
    sent,
    start() {
      lanes = Array.from({ length: LANES }, (_, number) => lane(number));
    },
    async stop() {
      isStopped = true;
      await Promise.all(lanes);
    },
    after(gate, kind, count) {
      return milestone(`${gate} ${kind === 'ran' ? OK : UNAVAILABLE}`).at.after(count);
    },
  };
}

/** One to each gateway, opened anew where it was lost. */
class Connections {
  readonly #open = new Map<number, Connection>();
  readonly #gateways: readonly Address[];

  constructor(gateways: readonly Address[]) {
    this.#gateways = gateways;
  }

  /** @returns the status; undefined where the connection was lost */
  async exchange(at: number, wire: Buffer): Promise<number | undefined> {
    try {
      let connection = this.#open.get(at);
      if (connection?.isOpen !== true) {
        connection = await Connection.open(this.#gateways[at] as Address);
        this.#open.set(at, connection);
      }
      return (await connection.exchange(wire)).status;
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      this.#open.delete(at);
      return undefined;
    }
  }

  readonly close = (): void => {
    for (const connection of this.#open.values()) connection.close();
  };
}

function wireOf(gate: WhenUnavailable, body: string): Buffer {
  const head = [
    `POST ${FORWARD_PATHS[gate]} HTTP/1.1`,
    'Host: torture.test',
    'Content-Type: application/json',
    `X-Hub-Signature-256: sha256=${createHmac('sha256', FORWARD_SECRET).update(body).digest('hex')}`,
    `Content-Length: ${body.length}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
