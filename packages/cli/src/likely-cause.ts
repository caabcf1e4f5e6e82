/** Tries what most often stands between a sender and a gate that have the same key: small changes of the body, and of the key. */
import {
  type Gate,
  type KeyChange,
  SetupError,
  type SignedRequest,
  STEPS,
  type Verdict,
} from '@countersign/core';
import { JSON_FORMS, jsonInForm } from './json-forms.ts';

interface BodyCause {
  /** Goes on from “it would be proved if”. */
  readonly says: string;
  /** Undefined where it changes nothing. */
  readonly change: (body: string) => string | undefined;
}

interface KeyCause {
  /** Goes on from “it would be proved if”. @param readAs what the keys were read as */
  readonly says: (readAs: string) => string;
  readonly change: KeyChange;
}

/** A longer body is hashed a dozen times in a moment that somebody waits for. */
const MAX_BODY_BYTES = 1_048_576;
/** All tries together. */
const MAX_MS = 1_000;

/** Bodies letter by letter: every byte is one. */
const BODY_CAUSES: readonly BodyCause[] = [
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
    (form): BodyCause => ({
      says: `the body were JSON as ${form.writer} writes it`,
      change: (body) => toBytes(jsonInForm(fromBytes(body), form)),
    }),
  ),
];

const READ = {
  base64: 'decoded from base64',
  hex: 'decoded from hex',
  utf8: 'its text to the letter',
};

const KEY_CAUSES: readonly KeyCause[] = [
  { says: () => 'the key had no blanks and line ends around it', change: 'trimmed' },
  { says: () => 'the key had no quotes around it', change: 'unquoted' },
  { says: () => 'the key ended with a line end', change: 'line-ended' },
  ...(['base64', 'hex', 'utf8'] as const).map(
    (encoding): KeyCause => ({
      says: (readAs) =>
        `the key, which was read as ${readAs}, were ${READ[encoding]} (encoding: ${encoding})`,
      change: encoding,
    }),
  ),
];

/**
 * What would have to be otherwise for the request to be proved, in words that go on from “it would be proved if”;
 * undefined where none of the usual causes is it. Of secrets only: of a public key nothing of this kind goes wrong.
 * @param monotonicMs bounds the time that is spent.
 */
export async function likelyCause(
  gate: Gate,
  request: SignedRequest,
  verdict: Verdict,
  monotonicMs: () => number,
): Promise<string | undefined> {
  const { scheme } = gate;
  const { forms } = scheme.keys;
  const isMac = forms.length > 0 && forms.every(({ algorithm }) => /^hmac-/.test(algorithm));
  if (verdict.ok || verdict.reason !== 'signature-mismatch' || !isMac) return undefined;
  const deadlineMs = monotonicMs() + MAX_MS;
  const isLate = (): boolean => monotonicMs() > deadlineMs;
  const bodies = scheme.proof === 'signature' ? changedBodies(request, isLate) : [];
  const gates = changedGates(gate);
  const tries = [
    ...bodies.map((body) => ({ says: body.says, gate, request: body.request })),
    ...gates.map((other) => ({ ...other, request })),
    ...gates.flatMap((other) =>
      bodies.map((body) => ({ ...other, says: `${body.says}, and ${other.says}`, request: body.request })),
    ),
  ];
  for (const attempt of tries) {
    if (isLate()) return undefined;
    if (isProved(await attempt.gate.verify(attempt.request))) return attempt.says;
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

function changedGates(gate: Gate): readonly { readonly says: string; readonly gate: Gate }[] {
  const readAs = [...new Set(gate.keys.written.map((key) => key.readAs))].join(' or ');
  return KEY_CAUSES.flatMap(({ says, change }) => {
    const changed = unlessUnusable(() => gate.withKeys(change));
    return changed === undefined ? [] : [{ says: says(readAs), gate: changed }];
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
