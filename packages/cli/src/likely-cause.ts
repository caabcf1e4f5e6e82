/** Tries what most often stands between a sender and a gate that have the same key: small changes of the body, and of the key. */
import {
  type Gate,
  type KeyEncoding,
  SetupError,
  type SignedRequest,
  STEPS,
  type Verdict,
} from '@countersign/core';
import { JSON_FORMS, jsonInForm } from './json-forms.ts';

/** A gate, and the same gate with other keys. */
export interface JudgingGate {
  readonly gate: Gate;
  /** @param change what becomes of a key; undefined: it is left out. @returns undefined where no key is left */
  withKeys(change: (key: TextKey) => TextKey | undefined): Gate | undefined;
}

/** What of a key can be changed. */
export interface TextKey {
  readonly secret: string;
  readonly encoding?: KeyEncoding;
}

interface Cause<T> {
  /** Goes on from “it would be proved if”. */
  readonly says: string;
  /** Undefined where it changes nothing. */
  readonly change: (given: T) => T | undefined;
}

/** A longer body is hashed a dozen times in a moment that somebody waits for. */
const MAX_BODY_BYTES = 1_048_576;
/** All tries together. */
const MAX_MS = 1_000;

/** Bodies letter by letter: every byte is one. */
const BODY_CAUSES: readonly Cause<string>[] = [
  { says: 'the body ended without its last line end', change: (body) => body.replace(/\r?\n$/, '') },
  { says: 'the body ended with a line end', change: (body) => `${body}\n` },
  { says: 'the lines of the body ended with LF alone', change: (body) => body.replaceAll('\r\n', '\n') },
  {
    says: 'the lines of the body ended with CRLF',
    change: (body) => body.replaceAll(/\r?\n/g, '\r\n'),
  },
  { says: 'the body were JSON without blanks between its parts', change: compactJson },
  { says: 'the body were what JSON.stringify writes of it', change: printedJson },
  ...JSON_FORMS.map(
    (form): Cause<string> => ({
      says: `the body were JSON as ${form.writer} writes it`,
      change: (body) => toBytes(jsonInForm(fromBytes(body), form)),
    }),
  ),
];

const KEY_CAUSES: readonly Cause<TextKey>[] = [
  {
    says: 'the key had no blanks and line ends around it',
    change: (key) => ({ ...key, secret: key.secret.trim() }),
  },
  {
    says: 'the key had no quotes around it',
    change: (key) => ({ ...key, secret: key.secret.trim().replace(/^(["'`])(.*)\1$/s, '$2') }),
  },
  { says: 'the key ended with a line end', change: (key) => ({ ...key, secret: `${key.secret}\n` }) },
  ...(['base64', 'hex', 'utf8'] as const).map(
    (encoding): Cause<TextKey> => ({
      says:
        encoding === 'utf8'
          ? 'the key were its text to the letter (encoding: utf8)'
          : `the key were decoded from ${encoding} (encoding: ${encoding})`,
      change: (key) => (key.encoding === encoding ? undefined : { ...key, encoding }),
    }),
  ),
];

/**
 * What would have to be otherwise for the request to be proved, in words that go on from “it would be proved if”;
 * undefined where none of the usual causes is it. Of secrets only: of a public key nothing of this kind goes wrong.
 * @param monotonicMs bounds the time that is spent.
 */
export async function likelyCause(
  judging: JudgingGate,
  request: SignedRequest,
  verdict: Verdict,
  monotonicMs: () => number,
): Promise<string | undefined> {
  const { scheme } = judging.gate;
  const { forms } = scheme.keys;
  const isMac = forms.length > 0 && forms.every(({ algorithm }) => /^hmac-/.test(algorithm));
  if (verdict.ok || verdict.reason !== 'signature-mismatch' || !isMac) return undefined;
  const deadlineMs = monotonicMs() + MAX_MS;
  const isLate = (): boolean => monotonicMs() > deadlineMs;
  const bodies = scheme.proof === 'signature' ? changedBodies(request, isLate) : [];
  const gates = changedGates(judging);
  const tries = [
    ...bodies.map(({ says, request: one }) => ({ says, gate: judging.gate, request: one })),
    ...gates.map(({ says, gate }) => ({ says, gate, request })),
    ...gates.flatMap(({ says, gate }) =>
      bodies.map((body) => ({ says: `${body.says}, and ${says}`, gate, request: body.request })),
    ),
  ];
  for (const { says, gate, request: one } of tries) {
    if (isLate()) return undefined;
    if (isProved(await gate.verify(one))) return says;
  }
  return undefined;
}

/** A request whose time is over was proved all the same. */
function isProved(verdict: Verdict): boolean {
  return verdict.ok || STEPS.indexOf(verdict.step) > STEPS.indexOf('compare');
}

function changedBodies(
  request: SignedRequest,
  isLate: () => boolean,
): readonly { readonly says: string; readonly request: SignedRequest }[] {
  if (request.body.length === 0 || request.body.length > MAX_BODY_BYTES) return [];
  const body = Buffer.from(request.body).toString('latin1');
  return BODY_CAUSES.flatMap(({ says, change }) => {
    const changed = isLate() ? undefined : change(body);
    if (changed === undefined || changed === body) return [];
    return [{ says, request: { ...request, body: Buffer.from(changed, 'latin1') } }];
  });
}

function changedGates(judging: JudgingGate): readonly { readonly says: string; readonly gate: Gate }[] {
  return KEY_CAUSES.flatMap(({ says, change }) => {
    const gate = unlessUnusable(() =>
      judging.withKeys((key) => {
        const changed = change(key);
        return changed?.secret === key.secret && changed.encoding === key.encoding ? undefined : changed;
      }),
    );
    return gate === undefined ? [] : [{ says, gate }];
  });
}

/** A key that does not decode is none of what the sender has. */
function unlessUnusable(make: () => Gate | undefined): Gate | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof SetupError) return undefined;
    throw error;
  }
}

/** Keys with a change; those that it does not change are left out. */
export function changedKeys<T extends { readonly encoding?: KeyEncoding }>(
  keys: readonly T[],
  textOf: (key: T) => string,
  change: (key: TextKey) => TextKey | undefined,
): readonly (Omit<T, 'secret'> & TextKey)[] {
  return keys.flatMap((key) => {
    const { encoding } = key;
    const changed = change({ secret: textOf(key), ...(encoding !== undefined && { encoding }) });
    return changed === undefined ? [] : [{ ...key, ...changed }];
  });
}

/** Numbers and texts stay as they are written. */
function compactJson(body: string): string | undefined {
  if (printedJson(body) === undefined) return undefined;
  return body.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

function printedJson(body: string): string | undefined {
  try {
    return toBytes(JSON.stringify(JSON.parse(fromBytes(body))));
  } catch {
    return undefined;
  }
}

/** A text's bytes, letter by letter; and back. */
function toBytes(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'utf8').toString('latin1');
}

function fromBytes(body: string): string {
  return Buffer.from(body, 'latin1').toString('utf8');
}
