/** The contract of webhooks, tried with an adapter's real framework over real connections, in this process. */
import type { Server } from 'node:http';
import { describe, it } from 'vitest';
import { sendAndLeave, send as sendTo } from './sending.ts';
import { type Need, webhookContract } from './webhook-contract.ts';
import { errorRecord, type Setup, setUp } from './webhook-scenario.ts';

export type { Setup } from './webhook-scenario.ts';

export interface Adapter {
  /** Listens at `/hook`. */
  readonly start: (setup: Setup) => Promise<{ readonly port: number; readonly server: Server }>;
  /** Makes a webhook of a provider whose secret is not there. */
  readonly withoutSecret: (secret: undefined | '') => unknown;
  /** Whether a body parser can stand before it. */
  readonly canBeParsed: boolean;
}

export function adapterContract(name: string, { start, withoutSecret, canBeParsed }: Adapter): void {
  const cannot: Partial<Record<Need, string>> = canBeParsed
    ? {}
    : { parsed: 'no parser can stand before it' };
  webhookContract({
    name,
    describe,
    it,
    skip: (title, reason) => it.skip(`${title} (skipped: ${reason})`, () => {}),
    open: async (scenario) => {
      const { record, ...setup } = setUp(scenario);
      const { port, server } = await start(setup);
      return {
        path: '/hook',
        send: (sent) => sendTo(port, sent),
        leave: () => sendAndLeave(port, new Promise((resolve) => server.once('request', resolve))),
        record: () => record,
      };
    },
    withoutSecret: (secret) => {
      try {
        withoutSecret(secret);
        return undefined;
      } catch (error) {
        return errorRecord(error);
      }
    },
    cannot,
  });
}
