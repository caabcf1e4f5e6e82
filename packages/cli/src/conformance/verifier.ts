/** What can be tried: this engine, an address as a black box, or any library behind a module of a few lines. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGate, type SignedRequest, type Verdict } from '@countersign/core';
import { duration } from '@countersign/core/internal/amounts';
import { gateOptionsOf, requestOf, type VectorCase } from '@countersign/core/testing';
import type { Io } from '../io.ts';
import { NoAnswerError, sendRequest } from '../send-request.ts';
import { UsageError } from '../usage-error.ts';
import type { SetCase } from './vector-set.ts';

/** `skipped`: it could not be asked. `problem`: it gave no verdict. */
export type Answered =
  | { readonly kind: 'accept' | 'refuse' }
  | { readonly kind: 'skipped' | 'problem'; readonly why: string };

export interface Verifier {
  readonly name: string;
  ask(setCase: SetCase): Promise<Answered>;
}

const answered = (isAccepted: boolean): Answered => ({ kind: isAccepted ? 'accept' : 'refuse' });

async function judgedHere(setCase: SetCase, nowMs?: number): Promise<Verdict> {
  const options = gateOptionsOf(setCase.file, setCase.vector);
  return createGate({ ...options, ...(nowMs !== undefined && { now: () => nowMs }) }).verify(
    requestOf(setCase.vector),
  );
}

/** This engine. */
export const ownVerifier: Verifier = {
  name: 'countersign',
  ask: async (setCase) => answered((await judgedHere(setCase)).ok),
};

export interface UrlOptions {
  readonly url: URL;
  /** A header in which the address takes the time as Unix seconds. */
  readonly clockHeader: string | undefined;
  readonly timeoutMs: number;
  /** All cases that are asked. */
  readonly asked: readonly SetCase[];
}

/** No gate’s verdict: nobody is at that path, or it is asked too often. */
const NO_VERDICTS: readonly number[] = [404, 405, 429];

const TIME_IS_OVER = 'it has expired, and only the holder of its key could sign it again';

/** 2xx is accept, 4xx but `NO_VERDICTS` is refuse; anything else is no verdict. */
export function urlVerifier({ url, clockHeader, timeoutMs, asked }: UrlOptions, io: Io): Verifier {
  const over = new Map<string, Promise<boolean>>();
  const areOver = (provider: string): Promise<boolean> => {
    const isOver = over.get(provider) ?? allOver(asked, provider, io.now());
    over.set(provider, isOver);
    return isOver;
  };
  return {
    name: url.href,
    async ask(setCase) {
      const { options, binding } = setCase.vector;
      if (options !== undefined || binding !== undefined)
        return { kind: 'skipped', why: 'its receiver has options other than the defaults' };
      if (clockHeader === undefined && (await dependsOnTime(setCase, io.now())))
        return { kind: 'skipped', why: TIME_IS_OVER };
      if (clockHeader === undefined && (await areOver(setCase.provider)))
        return {
          kind: 'skipped',
          why: 'every genuine request has expired, so any verifier would refuse it',
        };
      const request = aimed(requestOf(setCase.vector), url, clockHeader, setCase.vector.now);
      try {
        const { status } = await sendRequest(request, {
          fetch: io.fetch,
          monotonicMs: io.monotonicMs,
          timeoutMs,
          maxBytes: 1024,
        });
        if (status >= 200 && status < 300) return answered(true);
        if (status >= 400 && status < 500 && !NO_VERDICTS.includes(status)) return answered(false);
        return { kind: 'problem', why: `it answered ${status}` };
      } catch (error) {
        if (error instanceof NoAnswerError) return { kind: 'problem', why: error.message };
        // What fetch cannot send as it stands proves nothing of who would receive it.
        if (error instanceof UsageError) return { kind: 'skipped', why: error.message };
        throw error;
      }
    },
  };
}

/** Whether nothing genuine of a provider is fresh: a receiver refuses it, and what is forged of it, for the time alone. */
async function allOver(asked: readonly SetCase[], provider: string, nowMs: number): Promise<boolean> {
  const genuine = asked.filter((each) => each.provider === provider && each.vector.expect === 'accept');
  for (const setCase of genuine) if (!(await dependsOnTime(setCase, nowMs))) return false;
  return genuine.length > 0;
}

/** Whether the engine judges it otherwise now than at its own time. */
async function dependsOnTime(setCase: SetCase, nowMs: number): Promise<boolean> {
  const [then, now] = [await judgedHere(setCase), await judgedHere(setCase, nowMs)];
  return then.ok !== now.ok || (!then.ok && !now.ok && then.reason !== now.reason);
}

/** To the address’s own path, or to the case’s where it has none but `/`; the query is the case’s. */
function aimed(
  request: SignedRequest,
  url: URL,
  clockHeader: string | undefined,
  now: number,
): SignedRequest {
  const target = request.url.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = target.indexOf('?');
  const [path, query] = mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark)];
  return {
    ...request,
    url: url.origin + (url.pathname === '/' ? path || '/' : url.pathname) + query,
    headers: clockHeader === undefined ? request.headers : request.headers.with(clockHeader, String(now)),
  };
}

/** What a module’s `verify` is handed. */
export interface AdapterCase extends ReceiverSettings {
  readonly provider: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  /** The time at which it is to be judged. */
  readonly nowMs: number;
  /** Of a declared scheme: it, in the form of a configuration’s `scheme`. */
  readonly declaration?: Readonly<Record<string, unknown>>;
}

/** The receiver’s keys and settings; each is there where the case has it. */
type ReceiverSettings = Partial<Pick<VectorCase, (typeof SETTINGS)[number]>>;

const SETTINGS = ['secret', 'publicKey', 'otherSecrets', 'keyId', 'encoding', 'options', 'binding'] as const;

type Verify = (adapterCase: AdapterCase) => boolean | undefined | Promise<boolean | undefined>;

/** @throws UsageError where the module cannot be loaded or exports no `verify` */
export async function adapterVerifier(path: string, cwd: string, timeoutMs: number): Promise<Verifier> {
  const file = resolve(cwd, path);
  if (!existsSync(file))
    throw new UsageError(`${path} cannot be loaded: there is no such file`, 'Give the path of a module.');
  let module: object;
  try {
    module = (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    throw new UsageError(
      `${path} cannot be loaded: ${error instanceof Error ? error.message : error}`,
      ADAPTER,
    );
  }
  const verify: unknown = Reflect.get(module, 'verify');
  if (typeof verify !== 'function') throw new UsageError(`${path} exports no function verify`, ADAPTER);
  return {
    name: path,
    ask: (setCase) => inTime(() => (verify as Verify)(adapterCaseOf(setCase)), timeoutMs),
  };
}

const ADAPTER =
  'Export a function verify(case) that returns true, false, or undefined for what the library does not support.';

function adapterCaseOf({ provider, vector, file }: SetCase): AdapterCase {
  const { method, url, headers, now } = vector;
  const settings = SETTINGS.filter((name) => vector[name] !== undefined).map((name) => [name, vector[name]]);
  return {
    provider,
    method,
    url,
    headers,
    body: requestOf(vector).body,
    nowMs: now * 1000,
    ...(file.declaration && { declaration: file.declaration }),
    ...(Object.fromEntries(settings) as ReceiverSettings),
  };
}

async function inTime(call: () => ReturnType<Verify>, timeoutMs: number): Promise<Answered> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answered>((resolveLate) => {
    timer = setTimeout(() => {
      resolveLate({ kind: 'problem', why: `it gave no verdict within ${duration(timeoutMs)}` });
    }, timeoutMs);
  });
  const asked = async (): Promise<Answered> => {
    const verdict = await call();
    if (verdict === undefined) return { kind: 'skipped', why: 'the library does not support it' };
    return typeof verdict === 'boolean'
      ? answered(verdict)
      : { kind: 'problem', why: `it gave ${typeof verdict}, neither true nor false` };
  };
  const failed = (error: unknown): Answered => ({
    kind: 'problem',
    why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  });
  try {
    return await Promise.race([asked().catch(failed), late]);
  } finally {
    clearTimeout(timer);
  }
}
