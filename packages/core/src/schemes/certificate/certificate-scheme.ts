/**
 * Members of a JSON body, signed by the key of an X.509 certificate whose address the body names itself. The address is believed by its host
 * alone, which TLS proves; the certificate, by who serves it, its name and its end.
 */

import { andThen } from '../../and-then.ts';
import type { Message } from '../../crypto/backend.ts';
import { isRsaSignatureLength } from '../../crypto/rsa.ts';
import { freshInterval, judgeAge } from '../../freshness.ts';
import { publicKeyForm } from '../../keys/public-key-form.ts';
import type { CoverageWarning, CoveredPart, MaybePromise } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { pause, SLICE_BYTES } from '../../pause.ts';
import { messageOf, type Passage, type Scheme } from '../../scheme.ts';
import { decodeBase64 } from '../../text/encodings.ts';
import type { JsonObjectText } from '../../text/json-text.ts';
import { parseRfc3339 } from '../../text/rfc3339.ts';
import { shownText } from '../../text/shown-text.ts';
import { coverageReport } from '../coverage.ts';
import { member } from '../json-member.ts';
import { nothingFound, type TemplateFound } from '../template-found.ts';
import { addressFault, mayBeCalled } from './certificate-address.ts';
import {
  alternatives,
  type CertificateOptions,
  type Choice,
  RSA_ALGORITHMS,
  type RsaAlgorithm,
} from './certificate-options.ts';
import { createCertificateRing } from './certificate-ring.ts';
import { everyAlgorithmRing } from './every-algorithm-ring.ts';
import { signWithCertificate } from './sign-members.ts';
import { memberText, signedLines, signedTexts } from './signed-members.ts';

interface CertificateFound extends TemplateFound {
  /** The signed members that are there. */
  texts: ReadonlyMap<string, string>;
  /** Their lines, or why there are none. */
  message: Message | Objection;
}

type CertificatePassage = Passage<CertificateFound>;

const NO_TEXTS: ReadonlyMap<string, string> = new Map();

/** Builds the scheme of options that hold what `checkCertificateOptions` asks. */
export function createCertificateScheme(options: CertificateOptions): Scheme<CertificateFound> {
  const { name, timestamp, tolerance, id } = options;
  // The first is what signs.
  const algorithms = RSA_ALGORITHMS.filter((algorithm) =>
    alternatives(options.algorithm).includes(algorithm),
  );
  const forms = algorithms.map((algorithm, variant) =>
    publicKeyForm({ algorithm, variant, kind: 'public', encoding: 'base64' }),
  );
  const signature = member(options.signature);
  return {
    name,
    proof: 'signature',
    keys: {
      forms,
      fromAddress: false,
      *create(specs, context) {
        return specs.length === 0
          ? createCertificateRing(options.certificate, forms, context)
          : yield* everyAlgorithmRing(specs, forms, context.name);
      },
    },
    coverage: coverageOf(options),
    headers: { proof: [], token: [], covered: [], bound: [] },
    readings: [{ name: '', message: ({ found }) => found.message }],
    handshakes: [],
    readsBody: true,
    open: () => ({ ...nothingFound(), texts: NO_TEXTS, message: [] }),
    extractHead: () => undefined,
    extractBody: (passage) =>
      andThen(signature.parse(passage, false), (fault) => fault ?? readMembers(options, algorithms, passage)),
    ...(timestamp !== undefined && {
      judgeTime: (passage: CertificatePassage) => judgeTime(timestamp, options, passage),
    }),
    tell: ({ found: { texts } }) => {
      const confirmUrl = confirmationIn(options, texts);
      return confirmUrl === undefined ? { fields: texts } : { fields: texts, confirmUrl };
    },
    replay: {
      by: id === undefined ? 'message' : 'signed-id',
      uses: 1,
      singleUse: false,
      id: ({ found }) => (id === undefined ? undefined : found.texts.get(id)),
      content: messageOf,
      untilMs: ({ timestampMs }) =>
        timestampMs === undefined ? undefined : freshInterval(timestampMs, tolerance).untilMs,
      signedMs: ({ timestampMs }) => timestampMs,
    },
    sign: (draft) => signWithCertificate(options, algorithms, draft),
    declared: { type: 'certificate', options, build: createCertificateScheme },
  };
}

/** Of the parsed body, what chooses key and algorithm; and the message. */
function readMembers(
  options: CertificateOptions,
  algorithms: readonly RsaAlgorithm[],
  passage: CertificatePassage,
): MaybePromise<Objection | undefined> {
  return (
    readSignature(options, algorithms, passage) ??
    refuseOthers(options, jsonOf(passage)) ??
    readAddress(options, passage) ??
    makeMessage(options, passage)
  );
}

function jsonOf({ found }: CertificatePassage): JsonObjectText {
  return found.json as JsonObjectText;
}

function readSignature(
  { signature, algorithm }: CertificateOptions,
  algorithms: readonly RsaAlgorithm[],
  passage: CertificatePassage,
): Objection | undefined {
  const json = jsonOf(passage);
  const text = memberText(json, signature);
  if (text === undefined || text === '') {
    return objection('missing-signature', `the request has no signature in its JSON member ${signature}`);
  }
  const bytes = typeof text === 'string' ? decodeBase64(text) : undefined;
  if (!bytes) return objection('malformed-signature', 'the signature is not strict base64');
  if (!isRsaSignatureLength(bytes.length)) {
    return objection(
      'malformed-signature',
      `the signature is ${bytes.length} bytes long, which no signature of RSA is`,
    );
  }
  const used = choose(algorithm, json, (value, values) =>
    objection(
      'algorithm-not-allowed',
      `the JSON member ${value}; the gate takes ${values}`,
      'Have the sender sign by one of these; what it signs by is set where it is set up.',
    ),
  );
  if (typeof used !== 'string') return used;
  passage.signatures = algorithms.map((name) => (name === used ? [bytes] : []));
  return undefined;
}

/** What a member’s value chooses. @param refused told what the member is, and which values there are */
function choose<T extends object | string>(
  choice: Choice<T>,
  json: JsonObjectText,
  refused: (value: string, values: string) => Objection,
): T | Objection {
  if ('always' in choice) return choice.always;
  const text = memberText(json, choice.member);
  const value = typeof text === 'string' ? choice.values.get(text) : undefined;
  if (value !== undefined) return value;
  return refused(`${choice.member} ${whatIs(text)}`, [...choice.values.keys()].join(', '));
}

/** What is wrong with a member’s text, as a sentence goes on. */
function whatIs(text: ReturnType<typeof memberText>): string {
  return typeof text === 'string' ? `is ${shownText(text)}` : NO_TEXT;
}

const NO_TEXT = 'is not there, or no text';

/** Before anything is fetched: a message of somebody else’s asks for nothing. The signature covers what is looked at. */
function refuseOthers({ require }: CertificateOptions, json: JsonObjectText): Objection | undefined {
  for (const { member: name, values } of require) {
    const text = memberText(json, name);
    if (typeof text === 'string' && values.includes(text)) continue;
    return objection(
      'unknown-key',
      `the JSON member ${name} ${whatIs(text)}, and the gate takes other values`,
      'If requests of that one are to be taken, add it to the gate’s; else somebody has the address who should not.',
    );
  }
  return undefined;
}

function readAddress(
  { certificate }: CertificateOptions,
  passage: CertificatePassage,
): Objection | undefined {
  const text = memberText(jsonOf(passage), certificate.member);
  const fault = typeof text === 'string' ? addressFault(text, certificate.hosts) : NO_TEXT;
  if (fault !== undefined) {
    return objection(
      'unknown-key',
      `the certificate’s address in the JSON member ${certificate.member} ${fault}`,
      'The request is forged; or the sender has other hosts than those that the gate takes.',
    );
  }
  passage.keyHints = [text as string];
  return undefined;
}

/** Decodes the signed members and makes their lines: of a long body, each in a turn of its own. */
function makeMessage(options: CertificateOptions, passage: CertificatePassage): MaybePromise<undefined> {
  const { found, request } = passage;
  const textsOf = (): ReadonlyMap<string, string> | Objection => readTexts(options, jsonOf(passage));
  const note = (texts: ReadonlyMap<string, string> | Objection): undefined => {
    if (texts instanceof Map) found.texts = texts;
    found.message = texts instanceof Map ? signedLines(texts) : (texts as Objection);
  };
  if (request.body.length < SLICE_BYTES) return note(textsOf());
  return pause().then(() => {
    const texts = textsOf();
    return pause().then(() => note(texts));
  });
}

function readTexts(
  { message }: CertificateOptions,
  json: JsonObjectText,
): ReadonlyMap<string, string> | Objection {
  const members = choose(message, json, (value, values) =>
    objection('missing-part', `the JSON member ${value}; there are messages of ${values}`),
  );
  return 'reason' in members ? members : signedTexts(json, members);
}

/** Of signed members alone. */
function confirmationIn(
  { confirm, certificate }: CertificateOptions,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  if (confirm === undefined) return undefined;
  for (const [name, value] of confirm.when) if (texts.get(name) !== value) return undefined;
  const url = texts.get(confirm.member);
  return url !== undefined && mayBeCalled(url, certificate.hosts) ? url : undefined;
}

function judgeTime(
  timestamp: string,
  { tolerance }: CertificateOptions,
  passage: CertificatePassage,
): Objection | undefined {
  const text = passage.found.texts.get(timestamp) as string;
  passage.timestampText = text;
  const timestampMs = parseRfc3339(text);
  if (timestampMs === undefined) {
    return objection(
      'malformed-timestamp',
      'the timestamp is not of the form YYYY-MM-DDTHH:MM:SS, a fraction if any, and Z or an offset such as +02:00',
    );
  }
  passage.timestampMs = timestampMs;
  return judgeAge(timestampMs, passage.nowMs, tolerance);
}

/** Of the body some members: all else of it is open. */
function coverageOf(options: CertificateOptions): Scheme['coverage'] {
  const { timestamp, id, type, tolerance, message } = options;
  const lists = alternatives(message).map((members) => members.map(({ name }) => name));
  const isSigned = (name: string): boolean => lists.every((names) => names.includes(name));
  const covered: CoveredPart[] = [];
  if (timestamp !== undefined) covered.push('timestamp');
  if (id !== undefined) covered.push('id');
  if (type && isSigned(type.member)) covered.push('type');
  const members = [...new Set(lists.flat())].filter(isSigned);
  const warnings: CoverageWarning[] = [
    { code: 'signed-members', members },
    timestamp === undefined ? { code: 'no-time' } : { code: 'repeat-in-time', pastMs: tolerance.pastMs },
    ...(id === undefined ? [] : [{ code: 'trusted-id' } as const]),
  ];
  return coverageReport(covered, id === undefined ? 'message' : 'signed-id', warnings);
}
