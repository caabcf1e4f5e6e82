/** What each runtime serves: the suites at `/suites`, and adapters of fetch handlers that the contract is tried with. */
import { createGate, MemoryReplayGuard } from '@countersign/core';
import { type FetchListener, webhook } from '@countersign/core/fetch';
import { testReplayGuard } from '@countersign/core/testing';
import {
  type AdapterRecord,
  errorRecord,
  type Scenario,
  setUp,
} from '../../packages/core/test/adapters/webhook-scenario.ts';
import { declareBadKeys } from './bad-keys.ts';
import { collect } from './collect.ts';
import { declareExplain } from './explain.ts';
import { declareSigning } from './signing.ts';
import type { ExplainCase, SuiteAnswer, SuiteData, WrittenRequest } from './suite-data.ts';
import { declareMacs, declareVectors } from './vectors.ts';

interface OpenedScenario {
  readonly serve: FetchListener<readonly unknown[]>;
  readonly isParsed: boolean;
  readonly record: AdapterRecord;
  arrived: number;
}

/** Where a scenario's adapter listens: `/3/hook`. */
const HOOK = /^\/(\d+)\/hook$/;

/** Answers every request of the run. Nothing is done before the first of them: a worker's start allows little. */
export function createApplication(): (request: Request) => Promise<Response> {
  const scenarios: OpenedScenario[] = [];
  return async (request) => {
    const { pathname } = new URL(request.url);
    const [, id] = HOOK.exec(pathname) ?? [];
    const scenario = scenarios[Number(id)];
    if (scenario !== undefined) {
      scenario.arrived++;
      if (scenario.isParsed) await request.json();
      return scenario.serve(request);
    }
    const [, shown] = /^\/scenarios\/(\d+)$/.exec(pathname) ?? [];
    if (shown !== undefined) {
      const { record, arrived } = scenarios[Number(shown)] as OpenedScenario;
      return Response.json({ record, arrived });
    }
    switch (pathname) {
      case '/suites':
        return Response.json(await runSuites(await request.json()));
      case '/explain': {
        const cases: readonly ExplainCase[] = await request.json();
        return Response.json(await collect('explain', (functions) => declareExplain(functions, cases)));
      }
      case '/scenarios':
        scenarios.push(opened(await request.json()));
        return Response.json({ id: scenarios.length - 1 });
      case '/without-secret':
        return Response.json(withoutSecret(await request.json()));
      default:
        return new Response('no such path', { status: 404 });
    }
  };
}

function opened(scenario: Scenario): OpenedScenario {
  const { gate, handler, options, isParsed, record } = setUp(scenario);
  return { serve: webhook(gate, handler, options), isParsed, record, arrived: 0 };
}

/** `null` stands for undefined. */
function withoutSecret({ secret }: { readonly secret: null | '' }): unknown {
  try {
    webhook('github', secret ?? undefined, () => undefined);
    return {};
  } catch (error) {
    return { thrown: errorRecord(error) };
  }
}

async function runSuites({ files, macs, signing, badKeys }: SuiteData): Promise<SuiteAnswer> {
  const signed: Record<string, WrittenRequest> = {};
  const gate = createGate({ provider: 'github', keys: ['a secret of thirty-two characters'] });
  const sample = gate.sign({ method: 'POST', url: 'https://gate.example/', body: '{}' });
  return {
    hasProcess: 'process' in globalThis,
    crypto: sample instanceof Promise ? 'WebCrypto' : 'node:crypto',
    reports: [
      await collect('verify', (functions) => {
        declareMacs(functions, macs);
        declareVectors(functions, files);
      }),
      await collect('sign', (functions) => declareSigning(functions, signing, signed)),
      await collect('bad keys', (functions) => declareBadKeys(functions, badKeys)),
      await collect('replay guard', ({ describe, it }) =>
        testReplayGuard({
          describe,
          it,
          name: 'MemoryReplayGuard',
          create: () => new MemoryReplayGuard({ maxClaims: 10_000, maxAnswerBytes: 65_536 }),
        }),
      ),
    ],
    signed,
  };
}
