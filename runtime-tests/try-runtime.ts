/** Runs everything on one runtime. */
import { createGate } from '@countersign/core';
import { gateOptionsOf } from '@countersign/core/testing';
import { callRuntime } from './call-runtime.ts';
import { type Runtime, RuntimeMissing, type StartedRuntime } from './runtimes/runtime.ts';
import { collect, type SuiteReport } from './suites/collect.ts';
import type { ExplainCase, SuiteAnswer, SuiteData, WrittenRequest } from './suites/suite-data.ts';
import { readRequest } from './suites/written-request.ts';
import { tryContract } from './try-contract.ts';

const CASES_A_REQUEST = 100;

/** What a runtime came to. */
export interface RuntimeResult {
  readonly name: string;
  readonly version: string;
  readonly crypto: SuiteAnswer['crypto'];
  readonly reports: readonly SuiteReport[];
}

/** @returns the reason where the runtime is not there */
export async function tryRuntime(
  runtime: Runtime,
  data: SuiteData,
  explained: readonly ExplainCase[],
): Promise<RuntimeResult | string> {
  let started: StartedRuntime;
  try {
    started = await runtime.start();
  } catch (error) {
    if (error instanceof RuntimeMissing) return error.message;
    throw error;
  }
  try {
    const { crypto, reports, signed, hasProcess } = await ask<SuiteAnswer>(started, '/suites', data);
    const expected = runtime.build === 'web' ? 'WebCrypto' : 'node:crypto';
    if (crypto !== expected) throw new Error(`${runtime.name}: it has ${crypto}, not ${expected}`);
    if (started.isWorker && hasProcess) throw new Error(`${runtime.name}: something of Node’s is there`);
    const all = [
      ...reports,
      await judgeSigned(data, signed),
      ...(await explainAll(started, explained)),
      await tryContract(started),
      ...(started.isWorker ? [await tryWorker(started)] : []),
    ];
    return { name: runtime.name, version: started.version, crypto, reports: joined(all) };
  } finally {
    await started.stop();
  }
}

async function ask<Answer>(started: StartedRuntime, path: string, value: unknown): Promise<Answer> {
  const answer = await callRuntime(started, { path, headers: {}, body: JSON.stringify(value) });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body.slice(0, 1000)}`);
  return JSON.parse(answer.body) as Answer;
}

/** In requests that do not take long: a browser ends a service worker whose answer does. */
async function explainAll(
  started: StartedRuntime,
  explained: readonly ExplainCase[],
): Promise<readonly SuiteReport[]> {
  const reports: SuiteReport[] = [];
  for (let start = 0; start < explained.length; start += CASES_A_REQUEST)
    reports.push(await ask(started, '/explain', explained.slice(start, start + CASES_A_REQUEST)));
  return reports;
}

/** What the runtime signed, as Node judges it. */
function judgeSigned({ signing }: SuiteData, signed: SuiteAnswer['signed']): Promise<SuiteReport> {
  return collect('sign', ({ it }) => {
    for (const { title, file, vector } of signing) {
      it(`${title}: Node takes it`, async () => {
        const request: WrittenRequest | undefined = signed[title];
        if (request === undefined) throw new Error('nothing was signed');
        const verdict = await createGate(gateOptionsOf(file, vector)).verify(readRequest(request));
        if (!verdict.ok) throw new Error(`${verdict.reason}: ${verdict.message}`);
      });
    }
  });
}

/** A worker's gates: its secret comes with the request, or it is built before any. */
function tryWorker(started: StartedRuntime): Promise<SuiteReport> {
  return collect('fetch adapter', ({ it }) => {
    for (const path of ['/late', '/early']) {
      it(`a worker’s own gate: ${path}`, async () => {
        const { status, body } = await callRuntime(started, { path });
        if (status !== 200 || `/${body}` !== path) throw new Error(`it answered ${status} ${body}`);
        const forged = await callRuntime(started, { path, headers: { 'x-hub-signature-256': 'sha256=00' } });
        if (forged.status !== 401) throw new Error(`a forgery is answered ${forged.status}`);
      });
    }
  });
}

/** Reports of one name as one. */
function joined(reports: readonly SuiteReport[]): readonly SuiteReport[] {
  return [...Map.groupBy(reports, ({ suite }) => suite)].map(([suite, parts]) => ({
    suite,
    passed: parts.reduce((sum, { passed }) => sum + passed, 0),
    failures: parts.flatMap(({ failures }) => failures),
    skipped: parts.flatMap(({ skipped }) => skipped),
  }));
}
