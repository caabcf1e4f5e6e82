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
import { messageOf, type Reading, type ReplayRules, type Scheme, type Told } from '../scheme.ts';
import type { BodyReading } from './body-reading.ts';
import { coverageOf } from './coverage.ts';
import {
  type BodySource,
  describeSource,
  isInBody,
  type MemberSource,
  type PartSource,
  readPart,
} from './part-source.ts';
import { createRestReader, createSignatureReader } from './template-extract.ts';
import { nothingFound, type TemplateFound, type TemplatePassage } from './template-found.ts';
import type { CompiledMessages, MessageTemplate, TemplateOptions } from './template-options.ts';
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
  /** The id, where it is read from the body after the proof. */
  readonly lateId: MemberSource | undefined;
  readonly extractSignature: (passage: TemplatePassage) => Objection | undefined;
  readonly extractRest: (passage: TemplatePassage) => Objection | undefined;
}

/** Builds a scheme from a declaration that was checked. @throws SetupError for a part without a source. */
export function createTemplateScheme(options: TemplateOptions): Scheme<TemplateFound> {
  const { keyForms, signature, timestamp, replay = 'message' } = options;
  const messages = options.message.compile(options);
  const { templates, prepare, bodyProof } = messages;
  const proofSources = [signature, timestamp, options.nonce, options.keyId];
  // An id that the message names is read before the proof is judged; another one, after.
  const id = templates.some(({ fields }) => fields.has('id')) ? options.id : undefined;
  const parsers = parsersOf([...proofSources, id]);
  const bodies = options.body ?? [exactBody];
  const plan: TemplatePlan = {
    options,
    messages,
    tolerance: options.tolerance ?? DEFAULT_TOLERANCE,
    readings: bodies.map((body) => createReading(body, templates)),
    parsers,
    sorts: bodies.some((body) => body.sorts === true),
    lateId: replay === 'signed-id' && options.id && 'member' in options.id ? options.id : undefined,
    extractSignature: createSignatureReader(options),
    extractRest: createRestReader(options),
  };
  const readsFields = [...proofSources, id].some((source) => source && 'field' in source);

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
      proof: headersOf(proofSources),
      token: [],
      covered: coveredHeaders(options, templates),
      bound: [],
    },
    ...(options.origin && { origin: options.origin }),
    readings: plan.readings,
    handshakes: options.handshakes ?? [],
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
    ...((plan.lateId || bodyProof) && {
      confirm: (passage: TemplatePassage) => confirmBody(plan, passage),
    }),
    ...(timestamp && {
      judgeTime: (passage: TemplatePassage) => timestamp.judge(passage, plan.tolerance),
    }),
    // Fields stand under the signature wherever a form is parsed.
    ...(readsFields && { tell: ({ found }: TemplatePassage) => tellFields(found) }),
    ...(replay !== 'none' && { replay: replayRules(plan, replay) }),
    sign: (draft) => signTemplate(options, messages, plan.readings, draft),
    declared: { type: 'template', options, build: createTemplateScheme },
  };
}

/** Each once. */
function parsersOf(sources: readonly (PartSource | undefined)[]): readonly BodySource['parse'][] {
  return [...new Set(sources.filter(isInBody).map(({ parse }) => parse))];
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
    (fault) => fault ?? messages.prepare?.(passage) ?? messages.bodyProof?.read(passage),
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
  { messages, lateId }: TemplatePlan,
  passage: TemplatePassage,
): MaybePromise<Objection | undefined> {
  const fault = messages.bodyProof?.check(passage);
  if (fault || !lateId || passage.found.json || passage.request.body.length < SLICE_BYTES) return fault;
  return andThen(lateId.parse(passage, false), () => undefined);
}

function replayRules(
  { options, messages: { templates }, tolerance, lateId }: TemplatePlan,
  by: ReplayRules<TemplateFound>['by'],
): ReplayRules<TemplateFound> {
  const { id, timestamp } = options;
  return {
    by,
    uses: 1,
    singleUse: templates.every(({ fields }) => fields.has('nonce')),
    ...(lateId && { lateVerdict: lateId.lateVerdict }),
    id: (passage) => (by === 'signed-id' && id ? idOf(passage, id, lateId) : undefined),
    content: messageOf,
    untilMs: ({ timestampMs }) =>
      timestampMs === undefined ? undefined : timestamp?.untilMs(timestampMs, tolerance),
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

function tellFields({ form = [] }: TemplateFound): Told {
  return { fields: new Map(form.flatMap(({ name, value }) => (value === '' ? [] : [[name, value]]))) };
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
