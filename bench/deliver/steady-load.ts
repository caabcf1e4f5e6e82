/** Sends signed events to a gateway, so many a second, and wants each to be answered 200. */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { SECRET } from '../http/request-file.ts';

export interface SteadyLoad {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** The path of the event with that number. */
  readonly pathOf: (serial: number) => string;
  /** Number of the first one. */
  readonly from: number;
}

const TICK_MS = 2;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** @returns how many were sent. @throws Error for an answer other than 200 */
export async function sendSteadily({ port, perSecond, seconds, pathOf, from }: SteadyLoad): Promise<number> {
  const number = perSecond * seconds;
  const answers: Promise<void>[] = [];
  const beganMs = performance.now();
  while (answers.length < number) {
    const due = Math.min(number, Math.floor(((performance.now() - beganMs) * perSecond) / 1_000) + 1);
    while (answers.length < due) {
      const serial = from + answers.length;
      answers.push(send(port, pathOf(serial), serial));
    }
    await delay(TICK_MS);
  }
  await Promise.all(answers);
  return number;
}

export function endLoad(): void {
  agent.destroy();
}

function send(port: number, path: string, n: number): Promise<void> {
  const sentMs = performance.timeOrigin + performance.now();
  const body = JSON.stringify({ n, sentMs, note: 'x'.repeat(900) });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-hub-signature-256': `sha256=${signature}`,
  };
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', method: 'POST', path, agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${path} answered ${answer.statusCode}`)),
      );
    });
    call.once('error', reject);
    call.end(body);
  });
}
