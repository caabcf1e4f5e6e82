/** Tries the contract of webhooks with the fetch adapter on a runtime, by its own server or service worker. */
import { sendAndLeave, send as sendTo } from '../packages/core/test/adapters/sending.ts';
import {
  type Need,
  type OpenedAdapter,
  webhookContract,
} from '../packages/core/test/adapters/webhook-contract.ts';
import type {
  AdapterRecord,
  ErrorRecord,
  Scenario,
} from '../packages/core/test/adapters/webhook-scenario.ts';
import { callRuntime } from './call-runtime.ts';
import type { StartedRuntime } from './runtimes/runtime.ts';
import { collect, type SuiteReport } from './suites/collect.ts';

/** A page's requests do not go over a connection. */
const OF_A_PAGE: Readonly<Partial<Record<Need, string>>> = {
  pieces: 'a page’s fetch sends a body in pieces over HTTP/2 alone',
  leaving: 'a page’s request reaches its service worker whole',
};

export function tryContract(runtime: StartedRuntime): Promise<SuiteReport> {
  return collect('fetch adapter', (functions) =>
    webhookContract({
      ...functions,
      name: 'fetch',
      open: (scenario) => opened(runtime, scenario),
      withoutSecret: async (secret) => {
        const { thrown } = await ask<{ thrown?: ErrorRecord }>(runtime, '/without-secret', {
          secret: secret ?? null,
        });
        return thrown;
      },
      cannot: runtime.fetch === undefined ? {} : OF_A_PAGE,
    }),
  );
}

async function opened(runtime: StartedRuntime, scenario: Scenario): Promise<OpenedAdapter> {
  const { id } = await ask<{ id: number }>(runtime, '/scenarios', scenario);
  const path = `/${id}/hook`;
  const port = Number(new URL(runtime.origin).port);
  const shown = (): Promise<{ record: AdapterRecord; arrived: number }> => ask(runtime, `/scenarios/${id}`);
  return {
    path,
    send: async (sent = {}) =>
      runtime.fetch === undefined ? sendTo(port, { path, ...sent }) : callRuntime(runtime, { path, ...sent }),
    leave: () =>
      sendAndLeave(
        port,
        (async () => {
          while ((await shown()).arrived === 0) await new Promise((turn) => setTimeout(turn, 5));
        })(),
        path,
      ),
    record: async () => (await shown()).record,
  };
}

async function ask<Answer>(runtime: StartedRuntime, path: string, value?: unknown): Promise<Answer> {
  const body = value === undefined ? {} : { body: JSON.stringify(value) };
  const answer = await callRuntime(runtime, {
    path,
    method: value === undefined ? 'GET' : 'POST',
    headers: {},
    ...body,
  });
  if (answer.status !== 200)
    throw new Error(`${path} answered ${answer.status}: ${answer.body.slice(0, 500)}`);
  return JSON.parse(answer.body) as Answer;
}
