/** AWS Signature Version 4, in the header `authorization` or in the query: HMAC-SHA256 by a key of one day, region and service. */
import { andThen } from '../../and-then.ts';
import type { SecretForm } from '../../keys/key-form.ts';
import type { CoverageWarning, CoveredPart, MaybePromise, SignedRequest } from '../../model.ts';
import { type Objection, objection, withCode } from '../../objection.ts';
import { messageOf, type Passage, type Scheme } from '../../scheme.ts';
import { shownText } from '../../text/shown-text.ts';
import { coverageReport, sameWarnings } from '../coverage.ts';
import { readAuthorization, type SigV4Authorization } from './authorization.ts';
import { readClaimedHash } from './claimed-hash.ts';
import { readPresigned } from './presigned.ts';
import { signRequest } from './sign-request.ts';
import { DATE_HEADER, judgeTime, readTime, staleMs } from './signed-time.ts';
import { createSigV4Key, type StringToSign } from './signing-key.ts';
import type { SigV4Options } from './sigv4-options.ts';
import { hashOf, stringToSign, UNSIGNED_PAYLOAD } from './string-to-sign.ts';

interface SigV4Found {
  authorization: SigV4Authorization | undefined;
  /** The SHA-256 that the request names of its body, in hex, or the word in its place. */
  claimedHash: string | undefined;
  /** The text to sign, or why there is none. */
  text: string | Objection;
}

type SigV4Passage = Passage<SigV4Found>;

/** Builds the scheme. */
export function createSigV4Scheme(options: SigV4Options): Scheme<SigV4Found> {
  const { origin } = options;
  const form: SecretForm = {
    algorithm: 'hmac-sha256',
    variant: 0,
    kind: 'secret',
    encoding: 'utf8',
    computed: { signatureBytes: 32, createProofKey: (secret) => createSigV4Key(secret, options) },
  };
  return {
    name: options.name,
    proof: 'signature',
    keys: { forms: [form], fromAddress: false, idPlace: 'header authorization' },
    coverage: coverageOf(options),
    headers: {
      proof: ['authorization', DATE_HEADER],
      token: [],
      covered: options.signedHeaders,
      bound: [],
    },
    ...(origin && { origin }),
    readings: [{ name: '', message: messageOfText }],
    handshakes: [],
    readsBody: true,
    open: () => ({ authorization: undefined, claimedHash: undefined, text: '' }),
    extractHead: (passage) => extractHead(options, passage),
    extractBody: (passage) => extractBody(options, passage),
    confirm: checkPayload,
    judgeTime: ({ found, timestampMs, nowMs }) =>
      judgeTime(options, found.authorization as SigV4Authorization, timestampMs as number, nowMs),
    tell: ({ found }) => ({ coveredHeaders: fieldsOf(found.authorization as SigV4Authorization) }),
    replay: {
      by: 'message',
      uses: 1,
      singleUse: false,
      id: () => undefined,
      content: messageOf,
      untilMs: ({ found, timestampMs }) =>
        timestampMs === undefined ? undefined : staleMs(options, found.authorization ?? {}, timestampMs),
      signedMs: ({ timestampMs }) => timestampMs,
    },
    sign: (draft) => signRequest(options, draft),
    declared: { type: 'aws-sigv4', options, build: createSigV4Scheme },
  };
}

/** The Host field is no such one: what is signed is whom the request was sent to, which a proxy or the operator may say. */
function fieldsOf({ signedHeaders }: SigV4Authorization): readonly string[] {
  return signedHeaders.filter((name) => name !== 'host');
}

function extractHead(options: SigV4Options, passage: SigV4Passage): Objection | undefined {
  const { request, found } = passage;
  const authorization = readPresigned(request, options) ?? readAuthorization(request.headers);
  if ('reason' in authorization) return authorization;
  found.authorization = authorization;
  passage.signatures = [[authorization.signature]];
  passage.namedKeyId = authorization.accessKeyId;
  return (
    scopeFault(options, authorization) ??
    unsignedHeader(options, request, authorization) ??
    noteClaimedHash(options, passage, authorization)
  );
}

/** A key of another scope is another key. */
function scopeFault(
  options: SigV4Options,
  { region, service }: Pick<SigV4Authorization, 'region' | 'service'>,
): Objection | undefined {
  if (region === options.region && service === options.service) return undefined;
  return objection(
    'unknown-key',
    `the signature is for the region ${shownText(region)} and the service ${shownText(service)}; the gate is for ${options.region} and ${options.service}`,
    'Have the sender sign for those, or set the gate’s region and service to what it signs for.',
  );
}

/** What must be signed and is not, the first by name. */
function unsignedHeader(
  { signedHeaders }: SigV4Options,
  { headers: { flat } }: SignedRequest,
  { signedHeaders: signed, presigned }: Pick<SigV4Authorization, 'signedHeaders' | 'presigned'>,
): Objection | undefined {
  const demanded = ['host', ...(presigned ? [] : [DATE_HEADER]), ...signedHeaders];
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    if (name.startsWith('x-amz-')) demanded.push(name);
  }
  const absent = demanded.find((name) => !signed.includes(name));
  if (absent === undefined) return undefined;
  return objection(
    'missing-part',
    `the header ${shownText(absent)} is not signed`,
    'The sender must name it in SignedHeaders; look for a proxy that adds it.',
  );
}

function noteClaimedHash(
  options: SigV4Options,
  { request, found }: SigV4Passage,
  authorization: SigV4Authorization,
): Objection | undefined {
  const hash = readClaimedHash(options, request, authorization);
  if (hash !== undefined && typeof hash !== 'string') return hash;
  found.claimedHash = hash;
  return undefined;
}

/** The text to sign; the body’s own hash stands in it where the request names none. */
function extractBody(options: SigV4Options, passage: SigV4Passage): MaybePromise<Objection | undefined> {
  const { request, found } = passage;
  const authorization = found.authorization as SigV4Authorization;
  const fault = readTime(passage, authorization);
  if (fault) {
    found.text = fault;
    return undefined;
  }
  const hash = found.claimedHash ?? ownHash(options, authorization, request.body);
  const text = andThen(hash, (payloadHash) =>
    stringToSign(options, request, authorization, passage.timestampText as string, payloadHash),
  );
  return andThen(text, (result) => {
    found.text = result;
    return undefined;
  });
}

/** Where the request names none. Presigned URLs for S3 are signed before there is a body. */
function ownHash(
  { service }: SigV4Options,
  { presigned }: SigV4Authorization,
  body: Uint8Array,
): MaybePromise<string> {
  return presigned && service === 's3' ? UNSIGNED_PAYLOAD : hashOf(body);
}

function messageOfText({ found: { text } }: SigV4Passage): StringToSign | Objection {
  return typeof text === 'string' ? [text] : text;
}

/** compare, second half: the body against the hash that was signed. */
function checkPayload({ request, found }: SigV4Passage): MaybePromise<Objection | undefined> {
  const { claimedHash } = found;
  if (claimedHash === undefined || claimedHash === UNSIGNED_PAYLOAD) return undefined;
  return andThen(hashOf(request.body), (hash) =>
    hash === claimedHash
      ? undefined
      : withCode(
          'digest-of-another-body',
          objection(
            'signature-mismatch',
            'the signed digest is of another body',
            'The key is right, and the body was changed after it was signed: look for what parses it and writes it anew.',
          ),
        ),
  );
}

const COVERED: readonly CoveredPart[] = ['method', 'host', 'path', 'query', 'timestamp'];

function coverageOf({ unsignedPayload, tolerance, presigned }: SigV4Options): Scheme['coverage'] {
  const covered: readonly CoveredPart[] = unsignedPayload ? COVERED : [...COVERED, 'body'];
  const warnings: readonly CoverageWarning[] = [
    { code: 'repeat-in-time', pastMs: Math.max(tolerance.pastMs, presigned?.maxLifetimeMs ?? 0) },
    { code: 'equal-requests', within: 'second' },
    ...sameWarnings(covered, 's'),
    { code: 'unsigned-parameter-order' },
  ];
  return coverageReport(covered, 'message', warnings);
}
