/** Holds the signature of one request against the messages that it can have been made of. */
import { backend } from '#crypto';
import { isMac, type SignatureAlgorithm } from '../crypto/backend.ts';
import { isKeyedHash } from '../crypto/keyed-hash-bytes.ts';
import type { Gate } from '../gate.ts';
import type { RingKey } from '../keys.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import { pause } from '../pause.ts';
import { Passage } from '../scheme.ts';
import { KEY_DIGESTS } from '../schemes/digested-key-form.ts';
import { encodeHex } from '../text/encodings.ts';
import { type Arrangements, arrangementsOf } from './arrangements.ts';
import type { Atom } from './atom.ts';
import { atomsOf } from './atoms.ts';
import { declarationsOf } from './declaration.ts';
import { type NamedText, placeOptions, placeText } from './named-texts.ts';
import { type Arrangement, LEVELS } from './plans.ts';
import type { SecretReading } from './secret-readings.ts';
import type { SignatureGuess } from './signature-guesses.ts';
import { gateOf, judged } from './trial.ts';

/** A message that holds, and the declaration that says it and takes the request. */
export interface Match {
  readonly scheme: RawOptions;
  readonly reading: SecretReading;
  readonly guess: SignatureGuess;
  readonly pieces: Arrangement;
  readonly base: RawOptions;
  /** When the request is taken: its own time, if it has one. */
  readonly nowMs: number;
}

export interface SearchBudget {
  /** Messages that are held against the signature. */
  readonly messages: number;
  /** What they have together, in bytes. */
  readonly bytes: number;
  /** How long the search may take, in milliseconds. */
  readonly timeMs: number;
}

export interface SearchOptions {
  readonly request: SignedRequest;
  readonly texts: readonly NamedText[];
  readonly guesses: readonly SignatureGuess[];
  readonly readings: readonly SecretReading[];
  readonly nowMs: number;
  readonly budget: Pick<SearchBudget, 'messages' | 'bytes'> & {
    /** By the runtime’s clock that only goes on. */
    readonly untilMs: number;
  };
  /** Told from time to time how many messages were tried. */
  readonly onProgress?: (messages: number) => void;
}

export interface SearchResult {
  readonly match: Match | undefined;
  readonly messages: number;
  /** Whether the budget ended it. */
  readonly isCutShort: boolean;
  /** Whether any text of the request could be a signature by this key. */
  readonly isKeyUsable: boolean;
}

/** A signature beside the keys that may have made it. */
interface Setting {
  readonly guess: SignatureGuess;
  readonly base: RawOptions;
  readonly keys: readonly SettingKey[];
  readonly parts: Parts;
  readonly signatures: readonly Uint8Array[];
  /** By how many levels it comes later than others. */
  readonly delay: number;
}

/** What messages are made of, whatever the algorithm. */
interface Parts {
  readonly atoms: readonly Atom[];
  readonly texts: readonly NamedText[];
}

interface SettingKey {
  readonly reading: SecretReading;
  readonly proof: RingKey['proof'];
}

/** A signature by a public key takes as long to check as so many short MACs. */
const SLOW_COST = 40;
/** Between two pauses, in milliseconds. */
const SLICE_MS = 4;
/** So often the clock is asked, in messages. */
const CLOCK_EVERY = 32;

export async function search(options: SearchOptions): Promise<SearchResult> {
  const settings = await settingsOf(options);
  const words = [...new Set(settings.flatMap(({ guess }) => guess.word ?? []))].filter((word) =>
    /^[\x21-\x7e]+$/.test(word),
  );
  const plans = new Map<Parts, Arrangements>();
  for (const { parts } of settings)
    if (!plans.has(parts)) plans.set(parts, arrangementsOf(parts.atoms, parts.texts, words));
  const spent = { messages: 0, cost: 0, bytes: 0 };
  const breathe = breathing(options, spent);
  const result = (match: Match | undefined, isCutShort = false): SearchResult => ({
    match,
    messages: spent.messages,
    isCutShort,
    isKeyUsable: settings.length > 0,
  });
  for (let level = 0; level < LEVELS; level++) {
    for (const setting of settings) {
      for (const pieces of (plans.get(setting.parts) as Arrangements).of(level - setting.delay)) {
        if (spent.messages % CLOCK_EVERY === 0 || pieces === undefined) await breathe();
        if (isSpent(options.budget, spent)) return result(undefined, true);
        if (pieces === undefined) continue;
        const texts = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text));
        // Each piece is an item’s message where items are signed one by one.
        const message = setting.guess.items ? [texts.join('')] : texts;
        const length = message.reduce((sum, text) => sum + text.length, 0);
        for (const { reading, proof } of setting.keys) {
          spent.messages++;
          spent.cost += proof.isSlow ? SLOW_COST : 1;
          spent.bytes += length;
          const at = proof.find(message, setting.signatures);
          if ((typeof at === 'number' ? at : await at) < 0) continue;
          const match = await confirmed(options, setting, reading, pieces);
          if (match) return result(match);
        }
      }
    }
  }
  return result(undefined);
}

interface Spent {
  readonly messages: number;
  readonly cost: number;
  readonly bytes: number;
}

function isSpent({ messages, bytes, untilMs }: SearchOptions['budget'], spent: Spent): boolean {
  return spent.cost > messages || spent.bytes > bytes || performance.now() > untilMs;
}

/** Pauses where the last pause was a slice ago, and tells how far the search has come. */
function breathing({ onProgress }: SearchOptions, spent: Spent): () => Promise<void> {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < SLICE_MS) return;
    onProgress?.(spent.messages);
    await pause();
    sinceMs = performance.now();
  };
}

/** Each place with each algorithm that such a signature can be of and for which the secret is a key. */
async function settingsOf(options: SearchOptions): Promise<readonly Setting[]> {
  const settings: Setting[] = [];
  for (const guess of options.guesses) {
    let parts: Parts | undefined;
    for (const variant of variantsOf(guess)) {
      const setting = await settingOf(options, guess, variant, parts);
      parts ??= setting?.parts;
      if (setting) settings.push(setting);
      await pause();
    }
  }
  return settings;
}

/** How a signature may be made of message and key. */
interface Variant {
  readonly declares: RawOptions;
  readonly algorithm: SignatureAlgorithm;
  /** By how many levels it comes later. */
  readonly delay: number;
}

function variantsOf({ algorithms, items }: SignatureGuess): readonly Variant[] {
  // Signed one by one are items by HMAC alone.
  const own = items ? algorithms.filter(isMac) : algorithms;
  const digested = own
    .filter(isMac)
    .flatMap((algorithm) =>
      KEY_DIGESTS.map((digest) => ({ algorithm, declares: { algorithm, key: { digest } }, delay: 4 })),
    );
  return [
    ...own.map((algorithm) => ({
      algorithm,
      declares: { algorithm },
      delay: isKeyedHash(algorithm) ? 2 : 0,
    })),
    ...(items ? [] : digested),
  ];
}

async function settingOf(
  { request, texts, readings }: SearchOptions,
  guess: SignatureGuess,
  { algorithm, declares, delay }: Variant,
  sameParts: Parts | undefined,
): Promise<Setting | undefined> {
  const { items } = guess;
  const base = { ...declares, signature: guess.signature, ...(items && { each: items.each }) };
  const keys: SettingKey[] = [];
  let signatures: readonly Uint8Array[] = [];
  const hasSecret = isMac(algorithm) || isKeyedHash(algorithm);
  // What a public key is written in tells itself.
  for (const reading of hasSecret ? readings : readings.slice(0, 1)) {
    const gate = simplestGate(base, reading);
    if (gate === undefined) continue;
    const query = { nowMs: 0, namedKeyId: undefined, keyHints: [], action: undefined };
    const [key] = (await gate.keys.find(query)).usable(0);
    if (key === undefined) continue;
    if (signatures.length === 0) signatures = await signaturesOf(gate, items?.request ?? request);
    keys.push({ reading, proof: key.proof });
  }
  const [first] = keys;
  if (first === undefined || signatures.length === 0) return undefined;
  const parts = sameParts ?? {
    atoms: await atomsOf({
      request: items?.request ?? request,
      texts: items?.texts ?? texts,
      guess,
      base,
      key: first.reading.spec,
    }),
    texts: (items?.texts ?? texts).filter(({ place }) => placeText(place) !== placeText(guess.place)),
  };
  return { guess, base, keys, parts, signatures, delay };
}

/** Messages that one scheme or the other can have. */
const SIMPLEST = ['{body}', '{method}', '{member:a}'];

function simplestGate(base: RawOptions, reading: SecretReading): Gate | undefined {
  for (const message of SIMPLEST) {
    const gate = gateOf({ ...base, message }, reading, 0);
    if (gate) return gate;
  }
  return undefined;
}

/** As the engine decodes them. */
async function signaturesOf(gate: Gate, request: SignedRequest): Promise<readonly Uint8Array[]> {
  const passage = new Passage(request, 0, gate.scheme.open());
  const fault = gate.scheme.extractHead(passage) ?? (await gate.scheme.extractBody?.(passage));
  return fault ? [] : passage.signatures.flat();
}

/** The match where a gate of its declaration takes the request, at the time that the request says. */
async function confirmed(
  options: SearchOptions,
  { guess, base }: Setting,
  reading: SecretReading,
  pieces: Arrangement,
): Promise<Match | undefined> {
  const time = pieces.find((piece) => typeof piece !== 'string' && piece.kind === 'time') as Atom | undefined;
  const nowMs = time?.time?.ms ?? options.nowMs;
  const digests = isOfBody(pieces) ? [] : await digestPlaces(options);
  for (const plain of declarationsOf(base, pieces)) {
    for (const scheme of [...digests.map((bodyDigest) => ({ ...plain, bodyDigest })), plain]) {
      const verdict = await judged(scheme, reading, options.request, nowMs);
      if (verdict?.ok) return { scheme, reading, guess, pieces, base, nowMs };
    }
  }
  return undefined;
}

function isOfBody(pieces: Arrangement): boolean {
  return pieces.some((piece) => typeof piece !== 'string' && ['body', 'whole'].includes(piece.kind));
}

/** Where the body’s digest stands: a message that has the place has the body. */
async function digestPlaces({ request, texts }: SearchOptions): Promise<readonly RawOptions[]> {
  const digest = encodeHex(await backend.sha256([request.body]));
  return texts.filter(({ text }) => text === digest).map(({ place }) => placeOptions(place));
}
