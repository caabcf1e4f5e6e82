/**
 * The scheme that most providers are: a signature over a template of the request's parts. From one declaration
 * (`template-options.ts`) come verify, sign and the coverage report.
 */
import { andThen } from '../and-then.ts';
import type { Message } from '../crypto/backend.ts';
import { DEFAULT_TOLERANCE, type Tolerance } from '../freshness.ts';
import type { MaybePromise } from '../model.ts';
import type { Objection } from '../objection.ts';
import { SLICE_BYTES } from '../pause.ts';
import { type HandshakeRule, messageOf, type Reading, type ReplayRules, type Scheme } from '../scheme.ts';
import type { BodyReading } from './body-reading.ts';
import { coverageOf } from './coverage.ts';
import {
  type BodyPlace,
  type BodySource,
  describeSource,
  isInBody,
  type MemberSource,
  type PartSource,
  readPart,
} from './part-source.ts';
import { createRestReader, createSignatureReader } from './template-extract.ts';
import { nothingFound, type TemplateFound, type TemplatePassage } from './template-found.ts';
import type { CompiledMessages, MessageTemplate, TemplateOptions, ToldField } from './template-options.ts';
import { signTemplate } from './template-sign.ts';

/** What follows from a declaration, made once for all requests. */
interface TemplatePlan {
  readonly options: TemplateOptions;
  readonly messages: CompiledMessages;
  readonly tolerance: Tolerance;
  readonly readings: readonly Reading<TemplateFound>[];
  /** What parses the body before the proof is judged. */
  readonly parsers: readonly BodySource['parse'][];
  /** Whether a reading asks for the order of members. */
  readonly sorts: boolean;
  /** Refuses what could be the challenge of a test, where such a one is signed by whoever asks. */
  readonly refusesChallenges: HandshakeRule['refuses'];
  /** The id, where it is read from the body after the proof. */
  readonly lateId: MemberSource | undefined;
  readonly extractSignature: (passage: TemplatePassage) => Objection | undefined;
  readonly extractRest: (passage: TemplatePassage) => Objection | undefined;
}

/** Builds a scheme from a declaration that was checked. @throws SetupError for a part without a source. */
export function createTemplateScheme(options: TemplateOptions): Scheme<TemplateFound> {
  const { keyForms, signature, timestamp, replay = 'message' } = options;
  const messages = withBodies(options.message.compile(options), options);
  const { templates, prepare, bodyProof } = messages;
  const proofSources = [signature, timestamp, options.nonce, options.keyId];
  // An id that the message names is read before the proof is judged; another one, after.
  const id = templates.some(({ fields }) => fields.has('id')) ? options.id : undefined;
  const type = templates.some(({ fields }) => fields.has('type')) ? options.type : undefined;
  const parsers = parsersOf([...proofSources, id, type], messages.members);
  const bodies = options.body ?? [exactBody];
  const refusesChallenges = options.handshakes?.find(({ refuses }) => refuses)?.refuses;
  const plan: TemplatePlan = {
    options,
    messages,
    tolerance: options.tolerance ?? DEFAULT_TOLERANCE,
    readings: bodies.map((body) => createReading(body, templates)),
    parsers,
    sorts: bodies.some((body) => body.sorts === true),
    refusesChallenges,
    lateId: replay === 'signed-id' && options.id && 'member' in options.id ? options.id : undefined,
    extractSignature: createSignatureReader(options),
    extractRest: createRestReader(options),
  };
  const field = [...proofSources, id, type].find(isToldField);

  return {
    name: options.name,
    proof: 'signature',
    keys: {
      forms: keyForms,
      fromAddress: false,
      ...(options.keyId && { idPlace: describeSource(options.keyId) }),
    },
    coverage: coverageOf(options, templates, replay),
    headers: {
      proof: headersOf([...proofSources, ...(signature.places?.sources ?? [])]),
      token: [],
      covered: coveredHeaders(options, templates),
      bound: [],
    },
    ...(options.origin && { origin: options.origin }),
    readings: plan.readings,
    handshakes: options.handshakes ?? [],
    ...(options.acknowledgement !== undefined && { acknowledgement: options.acknowledgement }),
    readsBody:
      parsers.length > 0 ||
      templates.some(({ covers }) => covers.has('body')) ||
      isInBody(options.id) ||
      options.handshakes !== undefined,
    open: nothingFound,
    extractHead: (passage) => extractHead(plan, passage),
    ...((parsers.length > 0 || prepare || bodyProof) && {
      extractBody: (passage: TemplatePassage) => extractBody(plan, passage),
    }),
    ...((plan.lateId || bodyProof || refusesChallenges) && {
      confirm: (passage: TemplatePassage) => confirmBody(plan, passage),
    }),
    ...(timestamp && {
      judgeTime: (passage: TemplatePassage) => timestamp.judge(passage, plan.tolerance),
    }),
    // Fields stand under the signature wherever a form is parsed.
    ...(field && { tell: field.tell(options, templates) }),
    ...(replay !== 'none' && { replay: replayRules(plan, replay) }),
    sign: (draft) => signTemplate(options, messages, plan.readings, draft),
    declared: { type: 'template', options, build: createTemplateScheme },
  };
}

/** With what the readings of the body have to make first. */
function withBodies(messages: CompiledMessages, { body = [] }: TemplateOptions): CompiledMessages {
  const read = body.find(({ prepare }) => prepare)?.prepare;
  if (read === undefined) return messages;
  return {
    ...messages,
    prepare: (passage) => andThen(read(passage), (fault) => fault ?? messages.prepare?.(passage)),
  };
}

function isToldField(source: PartSource | undefined): source is ToldField {
  return source !== undefined && 'tell' in source;
}

/** Each once. Where fields of a form are signed by themselves, all of it is parsed as for them. */
function parsersOf(
  sources: readonly (PartSource | undefined)[],
  signed: readonly BodyPlace[] = [],
): readonly BodySource['parse'][] {
  const form = signed.find((source) => 'field' in source);
  const places = [...sources, ...signed].filter(isInBody);
  return [...new Set(places.map((source) => (form && 'field' in source ? form : source).parse))];
}

const exactBody: BodyReading = { name: '', read: ({ request }) => request.body };

function createReading(body: BodyReading, templates: readonly MessageTemplate[]): Reading<TemplateFound> {
  const last = templates.at(-1) as MessageTemplate;
  return {
    name: body.name,
    message(passage): Message | Objection | undefined {
      const bytes = body.read(passage);
      if (bytes === undefined) return undefined;
      const template =
        templates.length === 1 ? last : (templates.find((candidate) => candidate.applies(passage)) ?? last);
      return template.fill(passage, bytes);
    },
  };
}

function extractHead(plan: TemplatePlan, passage: TemplatePassage): Objection | undefined {
  if (isInBody(plan.options.signature)) return undefined;
  return plan.extractSignature(passage) ?? (plan.parsers.length > 0 ? undefined : plan.extractRest(passage));
}

/** What a proof has in the body, and what of the body a message is filled with. */
function extractBody(plan: TemplatePlan, passage: TemplatePassage): MaybePromise<Objection | undefined> {
  const { parsers, messages } = plan;
  return andThen(
    parsers.length > 0
      ? andThen(parseBody(plan, passage, 0), (fault) => fault ?? extractParsed(plan, passage))
      : undefined,
    (fault) =>
      fault ?? andThen(messages.prepare?.(passage), (absent) => absent ?? messages.bodyProof?.read(passage)),
  );
}

function parseBody(
  plan: TemplatePlan,
  passage: TemplatePassage,
  at: number,
): MaybePromise<Objection | undefined> {
  const parse = plan.parsers[at];
  return parse && andThen(parse(passage, plan.sorts), (fault) => fault ?? parseBody(plan, passage, at + 1));
}

function extractParsed(plan: TemplatePlan, passage: TemplatePassage): Objection | undefined {
  return (
    (isInBody(plan.options.signature) ? plan.extractSignature(passage) : undefined) ??
    plan.extractRest(passage)
  );
}

/** A long body is parsed for its id here, in slices, and not where somebody reads the verdict’s id. */
function confirmBody(
  { messages, lateId, refusesChallenges }: TemplatePlan,
  passage: TemplatePassage,
): MaybePromise<Objection | undefined> {
  const fault = messages.bodyProof?.check(passage) ?? refusesChallenges?.(passage);
  if (fault || !lateId || passage.request.body.length < SLICE_BYTES) return fault;
  return andThen(lateId.parse(passage, false), () => undefined);
}

function replayRules(
  { options, messages: { templates, items }, tolerance, lateId }: TemplatePlan,
  by: ReplayRules<TemplateFound>['by'],
): ReplayRules<TemplateFound> {
  const { id, timestamp } = options;
  const untilMs: ReplayRules<TemplateFound>['untilMs'] = ({ timestampMs }) =>
    timestampMs === undefined ? undefined : timestamp?.untilMs(timestampMs, tolerance);
  return {
    by,
    uses: 1,
    singleUse: templates.every(({ fields }) => fields.has('nonce')),
    ...(lateId && { lateVerdict: lateId.lateVerdict }),
    id: (passage) => (by === 'signed-id' && id ? idOf(passage, id, lateId) : undefined),
    content: messageOf,
    ...items?.(untilMs),
    untilMs,
    signedMs: ({ timestampMs }) => timestampMs,
  };
}

function idOf(
  passage: TemplatePassage,
  source: PartSource,
  late: MemberSource | undefined,
): string | undefined {
  const { found } = passage;
  if (late) {
    if (found.id === undefined) found.id = late.readLate(passage) ?? null;
  } else if (found.id === undefined) {
    const part = readPart(source, passage);
    return typeof part === 'string' ? part : undefined;
  }
  return found.id ?? undefined;
}

/** Those of every message: a request may be signed by the one that has the fewest. */
function coveredHeaders({ id }: TemplateOptions, templates: readonly MessageTemplate[]): readonly string[] {
  const [first, ...others] = templates.map(({ headers, fields }) => [
    ...headers,
    ...(fields.has('id') ? headersOf([id]) : []),
  ]);
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)));
}

function headersOf(sources: readonly (PartSource | undefined)[]): readonly string[] {
  return sources.flatMap((source) => (source && 'header' in source ? [source.header.toLowerCase()] : []));
}
