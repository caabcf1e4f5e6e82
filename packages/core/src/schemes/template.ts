/**
 * The scheme that most providers are: a signature over a template of the request's parts. From one declaration
 * come verify, sign and the coverage report.
 */
import { andThen } from '../and-then.ts';
import type { Message, SignatureAlgorithm } from '../crypto/backend.ts';
import { DEFAULT_TOLERANCE, freshInterval, judgeAge, parseTimestamp, type Tolerance } from '../freshness.ts';
import type { KeyForm } from '../keys.ts';
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { SLICE_BYTES } from '../pause.ts';
import { messageOf, type Reading, type Scheme, type Told } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { isJsonFault, scanJsonObject } from '../text/json-text.ts';
import { digestBody, digestsBody } from './body-digest.ts';
import { bodyProof, checkBodyDigest } from './body-proof.ts';
import { type BodyReading, bodyWithoutField, bodyWithoutMember, exactBody } from './body-readings.ts';
import { coverageOf, isSigned } from './coverage.ts';
import { checkUnambiguous } from './form-shape.ts';
import { memberNames } from './member-path.ts';
import { compileMessages, type MessageTemplate } from './message-template.ts';
import { parseFields, parseJson } from './parse-body.ts';
import { type PartSource, readPart } from './part-source.ts';
import { createRestReader, createSignatureReader, readMissingTimestamp } from './template-extract.ts';
import { nothingFound, type TemplateFound, type TemplatePassage } from './template-found.ts';
import type { SignatureOptions, TemplateOptions, TimestampOptions } from './template-options.ts';
import { checkPlaces } from './template-places.ts';
import { signTemplate } from './template-sign.ts';

/** Builds a scheme from its declaration. @throws SetupError where the declaration contradicts itself. */
export function createTemplateScheme(options: TemplateOptions): Scheme<TemplateFound> {
  const { algorithm, signature, timestamp } = options;
  const tolerance = options.tolerance ?? DEFAULT_TOLERANCE;
  const templates = compileMessages([options.message].flat(), {
    timestamp,
    id: options.id,
    nonce: options.nonce,
    signatureQuery: 'query' in signature ? signature.query : undefined,
    origin: options.origin,
  });
  refuseUnsignedChoices(options, templates);
  refuseNestedCut(options, templates);
  checkPlaces(options);
  refuseIdle(options, templates);
  const keyForms = options.keyForms ?? [defaultKeyForm(algorithm)];
  const extractSignature = createSignatureReader(options, keyForms);
  const extractRest = createRestReader(options);
  const proofSources = [signature, timestamp, options.nonce, options.keyId];
  // An id that the message names is read before the proof is judged; another one, after.
  const id = templates.some(({ fields }) => fields.has('id')) ? options.id : undefined;
  const usesBody = (kind: 'member' | 'field'): boolean =>
    [...proofSources, id].some((source) => source && kind in source);
  const parsesJson = usesBody('member');
  const parsesForm = usesBody('field');
  const bodies = options.body ?? defaultBody(signature);
  const readings = bodies.map((body) => createReading(body, templates));
  const sorts = bodies.some((body) => body.sorts === true);
  const replay = options.replay ?? 'message';
  const digests = digestsBody(options);
  const provesBody = bodyProof(options);
  const extractParsed = (passage: TemplatePassage): MaybePromise<Objection | undefined> =>
    andThen(
      andThen(
        parsesJson ? parseJson(passage, sorts) : undefined,
        (fault) => fault ?? (parsesForm ? parseFields(passage, checkUnambiguous) : undefined),
      ),
      (fault) =>
        fault ?? (isInBody(signature) ? extractSignature(passage) : undefined) ?? extractRest(passage),
    );
  const isIdInBody = replay === 'signed-id' && options.id !== undefined && 'member' in options.id;

  return {
    name: options.name,
    proof: 'signature',
    keys: { forms: keyForms },
    coverage: coverageOf(options, templates, replay),
    headers: {
      proof: headersOf(proofSources),
      token: [],
      covered: [...templates.flatMap(({ headers }) => headers), ...headersOf([id])],
      bound: [],
    },
    ...(options.origin && { origin: options.origin }),
    readings,
    handshakes: options.handshakes ?? [],
    readsBody:
      parsesJson ||
      parsesForm ||
      templates.some(({ covers }) => covers.has('body')) ||
      isInBody(options.id) ||
      options.handshakes !== undefined,
    extractHead: (passage) =>
      isInBody(signature)
        ? undefined
        : (extractSignature(passage) ?? (parsesJson || parsesForm ? undefined : extractRest(passage))),
    open: nothingFound,
    ...((parsesJson || parsesForm || digests || provesBody) && {
      extractBody: (passage: TemplatePassage) =>
        andThen(
          parsesJson || parsesForm ? extractParsed(passage) : undefined,
          (fault) => fault ?? (digests ? digestBody(passage) : undefined) ?? provesBody?.(passage),
        ),
    }),
    // A long body is parsed for its id here, in slices, and not where somebody reads the verdict’s id.
    ...((isIdInBody || provesBody) && {
      confirm: (passage: TemplatePassage) =>
        checkBodyDigest(passage) ??
        (isIdInBody && !passage.found.json && passage.request.body.length >= SLICE_BYTES
          ? andThen(parseJson(passage, false), () => undefined)
          : undefined),
    }),
    ...(timestamp && {
      judgeTime: (passage: TemplatePassage) => judgeTimestamp(passage, timestamp, tolerance),
    }),
    // Fields stand under the signature wherever a form is parsed.
    ...(parsesForm && { tell: ({ found }: TemplatePassage) => tellFields(found) }),
    ...(replay !== 'none' && {
      claims: {
        by: replay,
        uses: 1,
        singleUse: templates.every(({ fields }) => fields.has('nonce')),
        isIdInBody,
        id: (passage) =>
          replay === 'signed-id' && options.id ? idOf(passage, options.id, isIdInBody) : undefined,
        content: messageOf,
        untilMs: ({ timestampMs }) =>
          timestampMs === undefined ? undefined : freshInterval(timestampMs, tolerance).untilMs,
      },
    }),
    sign: (draft) => signTemplate(options, readings, draft),
  };
}

/** What is not signed is the attacker’s to choose: a time that ends a claim, an id that names one. */
function refuseUnsignedChoices(
  { timestamp, id, signature, replay, bodyDigest }: TemplateOptions,
  templates: readonly MessageTemplate[],
): void {
  if (timestamp && !isSigned('timestamp', timestamp, templates, signature)) {
    throw new SetupError(
      'scheme.timestamp',
      'the timestamp is judged and not signed: who holds one request could date it anew for ever',
      'Add {timestamp} to the message, every one if there are several, or set timestamp: none.',
    );
  }
  if (bodyDigest && !isSigned('bodyDigest', bodyDigest, templates, signature)) {
    throw new SetupError(
      'scheme.bodyDigest',
      'the digest is not signed',
      'Have the message cover the place: {url}, {query} or {header:NAME}.',
    );
  }
  if (replay === 'signed-id' && !(id && isSigned('id', id, templates, signature))) {
    throw new SetupError('scheme.id', 'the id is not signed', 'Add {id} to the message.');
  }
}

/** A nonce or an id that no signature covers protects nothing, so a scheme that declares one is refused. */
function refuseIdle(options: TemplateOptions, templates: readonly MessageTemplate[]): void {
  for (const name of options.declared ?? []) {
    const source = options[name];
    if (source === undefined || templates.some(({ fields }) => fields.has(name))) continue;
    if (isSigned(name, source, templates, options.signature)) continue;
    const problem =
      name === 'id'
        ? 'the id is declared and not signed: it would do nothing'
        : 'the nonce is declared and not signed: it would do nothing';
    throw new SetupError(`scheme.${name}`, problem, `Add {${name}} to the message, or leave it out.`);
  }
}

/** What is cut out of a signed body is a member of its own top level: nothing of another object is sewn up again. */
function refuseNestedCut({ signature, body }: TemplateOptions, templates: readonly MessageTemplate[]): void {
  if (!('member' in signature) || memberNames(signature.member).length === 1) return;
  if (body === undefined && !templates.some(({ covers }) => covers.has('body'))) return;
  throw new SetupError(
    'scheme.message',
    `{body} is the body without the signature, and ${signature.member} sits inside another member`,
    'Name other parts than {body}, or give a signature at the top level.',
  );
}

function defaultKeyForm(algorithm: SignatureAlgorithm): KeyForm {
  const isSecret = algorithm.startsWith('hmac-');
  return isSecret
    ? { algorithm, variant: 0, kind: 'secret', encoding: 'utf8' }
    : { algorithm, variant: 0, kind: 'public', encoding: 'base64' };
}

function defaultBody(signature: SignatureOptions): readonly BodyReading[] {
  if ('member' in signature) return bodyWithoutMember(memberNames(signature.member)[0] as string);
  return 'field' in signature ? bodyWithoutField(signature.field) : [exactBody];
}

function createReading(body: BodyReading, templates: readonly MessageTemplate[]): Reading<TemplateFound> {
  const last = templates.at(-1) as MessageTemplate;
  return {
    name: body.name,
    message(passage): Message | Objection | undefined {
      const bytes = body.read(passage);
      if (bytes === undefined) return undefined;
      const template =
        templates.length === 1 ? last : (templates.find((one) => one.applies(passage)) ?? last);
      return template.fill(passage, bytes);
    },
  };
}

function judgeTimestamp(
  passage: TemplatePassage,
  source: TimestampOptions,
  tolerance: Tolerance,
): Objection | undefined {
  const { timestampText } = passage;
  if (timestampText === undefined) return readMissingTimestamp(source, passage);
  const timestampMs = parseTimestamp(timestampText, source.unit);
  if (typeof timestampMs === 'string') {
    return objection('malformed-timestamp', `the timestamp ${timestampMs}`);
  }
  passage.timestampMs = timestampMs;
  return judgeAge(timestampMs, passage.nowMs, tolerance);
}

function tellFields({ form = [] }: TemplateFound): Told {
  return { fields: new Map(form.flatMap(({ name, value }) => (value === '' ? [] : [[name, value]]))) };
}

function idOf(passage: TemplatePassage, source: PartSource, inBody: boolean): string | undefined {
  const { found } = passage;
  if (!inBody) return found.id ?? readId(source, passage);
  if (found.id === undefined) {
    // A body that only the id is read from is parsed here, after the proof, and may be no JSON at all.
    const json = found.json ?? scanJsonObject(passage.request.body);
    if (!isJsonFault(json)) found.json = json;
    found.id = readId(source, passage) ?? null;
  }
  return found.id ?? undefined;
}

function headersOf(sources: readonly (PartSource | undefined)[]): readonly string[] {
  return sources.flatMap((source) => (source && 'header' in source ? [source.header.toLowerCase()] : []));
}

function readId(source: PartSource, passage: TemplatePassage): string | undefined {
  const part = readPart(source, passage);
  return part.state === 'found' ? part.text : undefined;
}

function isInBody(source: PartSource | undefined): boolean {
  return source !== undefined && ('member' in source || 'field' in source);
}
