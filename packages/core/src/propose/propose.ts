/** Proposes the provider or scheme by which one signed request holds, from the request and its secret. */
import { MINUTE } from '../freshness.ts';
import type { ProviderIdChoice } from '../gate.ts';
import type { KeyEncoding } from '../keys.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import { itemLists } from './item-lists.ts';
import { idOf, type ProviderMatch, provingProviders, sharedToken } from './known-providers.ts';
import { namedTexts } from './named-texts.ts';
import {
  type BodyChange,
  type Confidence,
  changedBody,
  claimMatters,
  confidenceOf,
  type OpenMatter,
  openMatters,
  otherDeclarations,
  probabilityOf,
  severalProviders,
} from './open-matters.ts';
import { type Match, type SearchBudget, type SearchResult, search } from './search.ts';
import { type SecretReading, secretReadings } from './secret-readings.ts';
import { signatureGuesses } from './signature-guesses.ts';
import { standardScheme } from './standard-schemes.ts';
import { tokenScheme } from './token-schemes.ts';
import { judged } from './trial.ts';

/** A request as somebody gave it, or with another body, as printing may have changed it. */
export interface Example {
  readonly request: SignedRequest;
  /** What was changed of its body. Absent: nothing. */
  readonly change?: BodyChange;
}

export interface ProposeOptions {
  /** The request; further ones are the same with another body, tried where it holds by nothing. */
  readonly examples: readonly Example[];
  /** The key’s text: a secret, or a public key. */
  readonly secret: string;
  /** The clock, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** For all examples together. Default: three million messages, a gigabyte, two minutes. */
  readonly budget?: Partial<SearchBudget>;
  /** Told from time to time how many messages were tried. */
  readonly onProgress?: (messages: number) => void;
}

/** How the key’s text becomes bytes. Holds no secret. */
export interface ProposedKey {
  /** As a key’s `encoding` says; undefined for the scheme’s own. */
  readonly encoding: KeyEncoding | undefined;
  /** What is cut off the text first, e.g. `whsec_`; undefined for nothing. */
  readonly prefix: string | undefined;
  /** What the request names its key by, where the scheme goes by it; undefined for nothing. */
  readonly id: string | undefined;
}

/** A way to verify the sender’s requests. Gives `provider` or `scheme`. Holds no secret and no signature. */
export interface Proposal {
  readonly provider?: ProviderIdChoice;
  /** As a configuration has it. */
  readonly scheme?: RawOptions;
  readonly key: ProposedKey;
  readonly confidence: Confidence;
  /** That it takes the sender’s other requests: from 0 to 1, in hundredths; an estimate. */
  readonly probability: number;
  /** What this one request cannot tell. */
  readonly open: readonly OpenMatter[];
}

/**
 * Why there is no proposal. `no-signature`: no text of the request is as long as a signature. `no-key`: the secret is no key for any of
 * them. `no-message`: none of the messages that were tried holds. `cut-short`: the budget ended the search.
 */
export type NoProposal = 'no-signature' | 'no-key' | 'no-message' | 'cut-short';

export interface Proposals {
  /** The likeliest first; all but the first hold for this request alike. */
  readonly proposals: readonly Proposal[];
  /** Undefined where there is a proposal. */
  readonly reason: NoProposal | undefined;
  /** How many messages were held against a signature. */
  readonly messages: number;
}

const BUDGET: SearchBudget = { messages: 3_000_000, bytes: 1024 * 1024 * 1024, timeMs: 2 * MINUTE };
/** Of more that hold alike the rest is not shown. */
const MAX_OTHERS = 5;

/** @throws SetupError for what is no request. */
export async function proposeSchemes(options: ProposeOptions): Promise<Proposals> {
  const { examples, secret, nowMs } = options;
  const readings = secretReadings(secret);
  for (const { request, change } of examples) {
    // A token that is the secret itself names nobody, and comes first.
    const token = await sharedToken(request, namedTexts(request), secret, nowMs);
    const provided = token ? [] : await provingProviders(request, readings, nowMs);
    if (provided.length > 0) return proposed(ofProviders(provided, change), 0);
    const key = { encoding: undefined, prefix: undefined, id: undefined };
    if (token) return proposed([withMatters({ scheme: token, key }, [])], 0);
    const named =
      (await tokenScheme(request, readings, nowMs)) ?? (await standardScheme(request, readings, nowMs));
    if (named) {
      const { scheme, reading, keyId } = named;
      const open = [...changeMatters(change), ...claimMatters(scheme)];
      return proposed([withMatters({ scheme, key: keyOf(reading, keyId) }, open)], 0);
    }
  }
  const budget = { ...BUDGET, ...options.budget };
  const untilMs = performance.now() + budget.timeMs;
  let last: SearchResult | undefined;
  let messages = 0;
  let hasGuesses = false;
  // What is likely of each first.
  for (const share of examples.length === 1 ? [1] : [FIRST_SHARE, 1]) {
    for (const { request, change } of examples) {
      const texts = namedTexts(request);
      const guesses = signatureGuesses(texts, itemLists(request));
      hasGuesses ||= guesses.length > 0;
      const before = messages;
      last = await search({
        request,
        texts,
        guesses,
        readings,
        nowMs,
        budget: { ...shareOf(budget, share / examples.length), untilMs },
        onProgress: (count) => options.onProgress?.(before + count),
      });
      messages += last.messages;
      if (last.match) return proposed(await ofMatch(last.match, request, change), messages);
    }
  }
  return { proposals: [], reason: reasonOf(last, hasGuesses), messages };
}

/** Of the messages to try, before another body is looked at. */
const FIRST_SHARE = 0.05;

function shareOf({ messages, bytes }: SearchBudget, share: number): Pick<SearchBudget, 'messages' | 'bytes'> {
  return { messages: messages * share, bytes: bytes * share };
}

function proposed(proposals: readonly Proposal[], messages: number): Proposals {
  return { proposals, reason: undefined, messages };
}

function reasonOf(last: SearchResult | undefined, hasGuesses: boolean): NoProposal {
  if (!hasGuesses) return 'no-signature';
  if (!last?.isKeyUsable) return 'no-key';
  return last.isCutShort ? 'cut-short' : 'no-message';
}

function ofProviders(matches: readonly ProviderMatch[], change: BodyChange | undefined): readonly Proposal[] {
  const ids = matches.map(({ provider }) => idOf(provider));
  const open = [...changeMatters(change), ...(ids.length > 1 ? [severalProviders(ids)] : [])];
  return matches.map(({ provider, reading }) => withMatters({ provider, key: keyOf(reading) }, open));
}

function changeMatters(change: BodyChange | undefined): readonly OpenMatter[] {
  return change === undefined ? [] : [changedBody(change)];
}

async function ofMatch(
  match: Match,
  request: SignedRequest,
  change: BodyChange | undefined,
): Promise<readonly Proposal[]> {
  const key = keyOf(match.reading);
  const first = withMatters({ scheme: match.scheme, key }, openMatters(match, request, change));
  const others: RawOptions[] = [];
  for (const scheme of otherDeclarations(match)) {
    if (others.length === MAX_OTHERS) break;
    const verdict = await judged(scheme, match.reading, request, match.nowMs);
    if (verdict?.ok) others.push(scheme);
  }
  const rest = others.length === 0 ? 0 : Math.floor(((1 - first.probability) * 100) / others.length) / 100;
  return [
    first,
    ...others.map((scheme): Proposal => ({ ...first, scheme, confidence: 'possible', probability: rest })),
  ];
}

function keyOf({ encoding, prefix }: SecretReading, id?: string): ProposedKey {
  return { encoding, prefix, id };
}

function withMatters(
  what: Pick<Proposal, 'provider' | 'scheme' | 'key'>,
  open: readonly OpenMatter[],
): Proposal {
  const probability = probabilityOf(open);
  return { ...what, confidence: confidenceOf(probability), probability, open };
}
