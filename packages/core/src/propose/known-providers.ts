/** The ready-made providers, and tokens that are the secret itself: what is tried before anything is searched. */
import { rankedProviders } from '../explain/ranked-providers.ts';
import type { GateOptions, ProviderIdChoice } from '../gate.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import {
  findProvider,
  proofHeadersOfProvider,
  writtenProvider,
  writtenScheme,
} from '../providers/registry.ts';
import { SCHEME_TYPES } from '../schemes/scheme-types.ts';
import { TOKEN_FORMS } from '../schemes/shared-token.ts';
import type { NamedText } from './named-texts.ts';
import { neededOptions } from './needed-options.ts';
import type { SecretReading } from './secret-readings.ts';
import { trialGate } from './trial.ts';

export interface ProviderMatch {
  readonly provider: ProviderIdChoice;
  readonly reading: SecretReading;
}

/** Of more that sign alike the rest is not told. */
const MAX_PROVIDERS = 4;

/** The providers by which the request is proved, whatever its time, the likeliest first; not the generic one, of which a scheme says more. */
export async function provingProviders(
  request: SignedRequest,
  readings: readonly SecretReading[],
  nowMs: number,
): Promise<readonly ProviderMatch[]> {
  const whole = readings.filter(({ prefix }) => prefix === undefined);
  const matches: ProviderMatch[] = [];
  for (const provider of rankedProviders(request)) {
    if (matches.length === MAX_PROVIDERS) break;
    if (isOfAnybody(idOf(provider))) continue;
    const match = await firstProof(provider, whole, request, nowMs);
    if (match) matches.push(match);
  }
  return matches;
}

/** Whether a scheme says more of it: of the generic one, of a standard that can be declared, of tokens alone. */
function isOfAnybody(id: string): boolean {
  const { isGeneric, proof, setUp } = findProvider(id) ?? {};
  if (isGeneric || SCHEME_TYPES.some((type) => type === id)) return true;
  return proof === 'token' && setUp === undefined && proofHeadersOfProvider(id).length === 1;
}

async function firstProof(
  provider: ProviderIdChoice,
  readings: readonly SecretReading[],
  request: SignedRequest,
  nowMs: number,
): Promise<ProviderMatch | undefined> {
  for (const choice of choicesOf(provider, request)) {
    for (const reading of readings) {
      if (await proves({ provider: choice, keys: [reading.spec] }, request, nowMs))
        return { provider: choice, reading };
    }
  }
  return undefined;
}

/** The choice itself; of a provider that cannot do without options, with what the request says that they may be. */
function choicesOf(choice: ProviderIdChoice, request: SignedRequest): readonly ProviderIdChoice[] {
  const { needs } = findProvider(idOf(choice)) ?? {};
  if (needs === undefined || typeof choice === 'string') return [choice];
  return neededOptions(Object.keys(needs), request).map((options) =>
    writtenProvider(choice.id, { ...choice, ...options }),
  );
}

export function idOf(choice: ProviderIdChoice): string {
  return typeof choice === 'string' ? choice : choice.id;
}

/** A token that is the secret itself, in a header. */
export async function sharedToken(
  request: SignedRequest,
  texts: readonly NamedText[],
  secret: string,
  nowMs: number,
): Promise<RawOptions | undefined> {
  for (const { place } of texts) {
    if (!('header' in place)) continue;
    for (const form of TOKEN_FORMS) {
      const scheme = { type: 'shared-token', header: place.header, form };
      if (await proves({ scheme: writtenScheme(scheme), keys: [secret] }, request, nowMs)) return scheme;
    }
  }
  return undefined;
}

/** What a request of another day is refused for, and for nothing else. */
const UNTIMELY: readonly string[] = ['expired', 'from-the-future'];

async function proves(options: GateOptions, request: SignedRequest, nowMs: number): Promise<boolean> {
  const verdict = await trialGate(() => options, nowMs)?.verify(request);
  return verdict !== undefined && (verdict.ok || UNTIMELY.includes(verdict.reason));
}
