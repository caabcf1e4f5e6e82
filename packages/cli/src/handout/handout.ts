/** What a gate’s handout says, gathered: the command prints it as a page or as JSON. */
import { findProvider, type Gate, type Provider, SetupError } from '@countersign/core';
import { type CoverageReport, coverageReport } from '@countersign/core/coverage';
import { recipeGaps } from '@countersign/core/internal/signing-recipe';
import { type GateConfig, type KeyConfig, Secret } from '@countersign/gateway';
import { configuredGate } from '../config-gate.ts';
import { UsageError } from '../usage-error.ts';
import { type AnyRecipe, anyPlan, anyRecipe, originOf } from './any-recipe.ts';
import { type Language, writeProgram } from './language.ts';
import { code } from './markdown.ts';
import type { SigningPlan } from './signing-plan.ts';
import { type TestVector, testVector, vectorTimeMs } from './test-vector.ts';
import { throwAwayPrivateKey, throwAwaySecret } from './throw-away-key.ts';

export interface Handout {
  readonly gate: string;
  readonly url: string;
  /** Whether nobody said what the address is. */
  readonly isSampleUrl: boolean;
  readonly method: string;
  readonly coverage: CoverageReport<string>;
  readonly repeat: NonNullable<GateConfig['replay']['repeat'] | Provider['repeats']>;
  readonly isSingleUse: boolean;
  readonly maxBodyBytes: number;
  readonly provider: Provider | undefined;
  /** What the proof is called. */
  readonly schemeName: string;
  /** What the request names its key by. */
  readonly keyId: string | undefined;
  /** The gate’s id of the key. */
  readonly keyIdInProof: string;
  /** Absent where a platform signs, or code of a provider’s own. */
  readonly recipe?: AnyRecipe;
  /** Absent where there is no program to write. */
  readonly signing?: Signing;
  /** Why there is no code, as a sentence. */
  readonly noCode?: string;
}

export interface Signing {
  readonly plan: SigningPlan;
  readonly vector: TestVector;
  readonly programs: readonly Program[];
}

/** A program in a language, or why there is none. */
export type Program = { readonly language: Language } & (
  | { readonly code: string }
  | { readonly lacks: string }
);

export interface HandoutInput {
  readonly config: GateConfig;
  readonly url: string | undefined;
  readonly languages: readonly Language[];
  readonly nowMs: number;
}

/** Builds no gate of the ring’s own keys: no secret can come into it. @throws SetupError, UsageError */
export async function makeHandout({ config, url, languages, nowMs }: HandoutInput): Promise<Handout> {
  const key = partnersKey(config, nowMs);
  const first = gateOf(config, key, undefined);
  const recipe = anyRecipe(first);
  const provider = config.proof.kind === 'provider' ? findProvider(config.proof.id) : undefined;
  const origin = originOf(recipe);
  const address = addressOf(config, url, origin);
  const method = methodOf(config);
  const isKeyNamed = key !== undefined && !/^key-\d+$/.test(key.id);
  const base: Handout = {
    gate: config.name,
    url: address,
    isSampleUrl: url === undefined && origin === undefined,
    method,
    coverage: coverageReport(first),
    repeat: config.replay.repeat ?? provider?.repeats ?? 'refuse',
    isSingleUse: first.scheme.replay?.singleUse === true,
    maxBodyBytes: config.maxBodyBytes,
    provider,
    schemeName: first.scheme.name,
    keyId: isKeyNamed ? key.id : undefined,
    keyIdInProof: key?.id ?? FIRST_KEY,
  };
  if (provider?.setUp !== undefined) return base;
  if (!recipe) return { ...base, noCode: gapText(first) };
  const explained = { ...base, recipe };
  if (method === 'HEAD') return { ...explained, noCode: NO_HEAD };
  const keyId = base.keyIdInProof;
  const plan = anyPlan(recipe, { method, url: address, keyEncoding: key?.encoding, keyId, isKeyNamed });
  if (typeof plan === 'string') return { ...explained, noCode: plan };
  const { secret, algorithm } = plan;
  const throwAway = secret ? throwAwaySecret(secret.encoding, secret.prefix) : throwAwayPrivateKey(algorithm);
  const vector = await testVector({
    gateOf: () => gateOf(config, key, throwAway, secret === undefined),
    key: throwAway,
    of: recipe,
    plan,
  });
  const programs = languages.map((language): Program => {
    const lacks = language.lacks(plan);
    return lacks === undefined ? { language, code: writeProgram(plan, language) } : { language, lacks };
  });
  return { ...explained, signing: { plan, vector, programs } };
}

/** Why there is no program, and what a sender has to write one of. */
function gapText({ scheme }: Gate): string {
  const { parts, algorithm, messages = [] } = recipeGaps(scheme);
  if (parts.length === 0) return 'The scheme’s own code says how its requests are signed.';
  const gaps = `These programs do not have ${parts.map(code).join(', ')}, so there is none, and no test vector.`;
  if (algorithm === undefined || messages.length === 0) return gaps;
  return `${gaps} The message is ${messages.map((message) => code(JSON.stringify(message))).join(', or ')}, and ${code(algorithm)} signs it. What each part stands for: https://github.com/countersign/countersign/blob/main/docs/configuration.md`;
}

const NO_HEAD = 'A HEAD request is signed as a GET request is, with HEAD as its method.';
const FIRST_KEY = 'key-1';

/** POST where the gate takes it. */
function methodOf({ methods }: GateConfig): string {
  if (methods === 'all' || methods.includes('POST')) return 'POST';
  return methods.find((method) => method !== 'HEAD') ?? methods[0] ?? 'POST';
}

/** The key that the partner gets: the first that signs now. */
function partnersKey({ keys }: GateConfig, nowMs: number): KeyConfig | undefined {
  const isNow = ({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY }: KeyConfig): boolean =>
    fromMs <= nowMs && nowMs < untilMs;
  return keys.find((key) => key.state === 'active' && isNow(key)) ?? keys[0];
}

/** The gate with another key in the ring’s place. @param throwAway undefined: any, for what a scheme says of itself */
function gateOf(
  config: GateConfig,
  key: KeyConfig | undefined,
  throwAway: string | undefined,
  isPrivate = false,
): Gate {
  const gate =
    throwAway === undefined
      ? sampleGate(config, key)
      : configuredGate(withOneKey(config, otherKey(key, throwAway, isPrivate)), vectorTimeMs);
  if (gate) return gate;
  throw new UsageError(
    `the gate ${config.name} takes unsigned requests`,
    'There is nothing to hand out: anybody can send to it.',
  );
}

/** A tenant’s key is of the same form as any other. */
function withOneKey({ keysFrom: _, ...listed }: GateConfig, key: KeyConfig): GateConfig {
  return { ...listed, keys: [key] };
}

function otherKey(key: KeyConfig | undefined, text: string, isPrivate: boolean): KeyConfig {
  return {
    id: key?.id ?? 'key-1',
    secret: new Secret(text),
    state: 'active',
    ...(key?.encoding !== undefined && !isPrivate && { encoding: key.encoding }),
    ...(key?.for && { for: key.for }),
  };
}

/** Which form keys have is not known before the gate is built: the first of these that it takes. */
function sampleGate(config: GateConfig, key: KeyConfig | undefined): Gate | undefined {
  if (config.proof.kind === 'none') return undefined;
  if (config.keys.length === 0 && config.keysFrom === undefined) return configuredGate(config, vectorTimeMs);
  let fault: unknown;
  for (const sample of SAMPLES) {
    try {
      const { isPrivate } = sample;
      return configuredGate(withOneKey(config, otherKey(key, sample.text(), isPrivate)), vectorTimeMs);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      fault ??= error;
    }
  }
  throw fault;
}

interface Sample {
  readonly isPrivate: boolean;
  text(): string;
}

const SAMPLES: readonly Sample[] = [
  ...(['utf8', 'base64', 'base64url', 'hex', 'base32'] as const).flatMap((encoding) =>
    ['', 'whsec_'].map((prefix) => ({ isPrivate: false, text: () => throwAwaySecret(encoding, prefix) })),
  ),
  ...(
    ['ed25519', 'ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512', 'rsa-pkcs1-sha256'] as const
  ).map((algorithm) => ({ isPrivate: true, text: () => throwAwayPrivateKey(algorithm) })),
];

/** What the sender calls. @throws UsageError for what is no address, and one of another origin than the gate’s. */
function addressOf({ segments }: GateConfig, url: string | undefined, origin: string | undefined): string {
  const path = `/${segments.map((segment) => (segment.kind === 'literal' ? segment.text : segment.kind === 'param' ? segment.name : '')).join('/')}`;
  if (url === undefined) return `${origin ?? 'https://gateway.example'}${path}`;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UsageError('--url is not an http or https URL', 'E.g. --url https://api.example.');
  }
  const { origin: ownOrigin, username, pathname, search } = new URL(url);
  if (username !== '')
    throw new UsageError('--url holds credentials', 'Leave them out: the page is for others.');
  if (origin !== undefined && ownOrigin !== origin) {
    throw new UsageError(
      `--url is of ${ownOrigin}, and the gate’s origin is ${origin}, which the signature covers`,
      'Leave --url out, or set the gate’s origin to what senders call.',
    );
  }
  if (/%(?![0-9a-f]{2})/i.test(pathname + search)) {
    throw new UsageError(
      '--url has a percent sign that no two hex digits follow',
      'Write %25 where a percent sign is meant.',
    );
  }
  return `${ownOrigin}${pathname === '/' ? path : escapedPath(pathname)}${search}`;
}

/** What a URL’s parser leaves in a path and RFC 3986 (§3.3) has no place for: libraries refuse it, or write it anew. */
function escapedPath(path: string): string {
  return path.replace(/[^\w.~!$&'()*+,;=:@/%-]/g, encodeURIComponent);
}
