/**
 * What a scheme over a template declares. A declaration brings what reads its parts: a body or query place its parser
 * (`member`, `field`, `query`), a list of signatures its reader, a time what judges it, a message what fills it.
 */
import type { Message } from '../crypto/backend.ts';
import type { Origin } from '../effective-request.ts';
import type { TimestampUnit, Tolerance } from '../freshness.ts';
import type { KeyForm } from '../keys.ts';
import type { CoverageWarning, CoveredPart, MaybePromise, ReplayIdentity, SignedRequest } from '../model.ts';
import type { Objection } from '../objection.ts';
import type { OptionReader } from '../options.ts';
import type { HandshakeRule, ReplayRules, Told } from '../scheme.ts';
import type { BodyReading } from './body-reading.ts';
import type { BodyPlace, FieldSource, MemberKind, PartSource } from './part-source.ts';
import type { SignatureEncoding } from './signature-text.ts';
import type { TemplateFound, TemplatePassage } from './template-found.ts';

/** One scheme, declared. */
export interface TemplateOptions {
  readonly name: string;
  /** What signs, and how its keys are read. The first form is that of a single signature. */
  readonly keyForms: readonly KeyForm[];
  readonly signature: SignatureOptions;
  /** The option by which a gate gives the signature's header another name: remedies speak of it. Default `signature`. */
  readonly signatureOption?: 'signature' | 'headers.signature';
  /** What is signed: `wholeBody`, or a `template` of parts. */
  readonly message: MessageForm;
  readonly timestamp?: TimestampOptions;
  /** Default five minutes both ways. */
  readonly tolerance?: Tolerance;
  readonly id?: PartSource;
  readonly nonce?: PartSource;
  readonly keyId?: PartSource;
  readonly type?: PartSource;
  /** Where the body’s SHA-256 stands in hex, of a body that is no form. The message must cover it. */
  readonly bodyDigest?: BodyDigest;
  /** Of id and nonce, those the gate itself declared: an unused one is refused. Default none. */
  readonly declared?: readonly ('id' | 'nonce')[];
  /** Scheme and authority as the sender knows them, for `{url}` and `{host}`. */
  readonly origin?: Origin;
  /** What the body in a message stands for, where it is not the body as received: a signature that is inside is left out. */
  readonly body?: readonly BodyReading[];
  /** Default `message`. */
  readonly replay?: ReplayIdentity;
  readonly handshakes?: readonly HandshakeRule<TemplateFound>[];
  /** What the sender wants to read where a request was taken. Default: the status is enough. */
  readonly acknowledgement?: string;
}

export type SignatureOptions = PartSource & {
  readonly encoding: SignatureEncoding;
  /** E.g. `sha256=`; a signature without it is malformed. */
  readonly prefix?: string;
  readonly list?: SignatureList;
  /** Where there are several: others of which any will do, or one in each item of a list. */
  readonly places?: SignaturePlaces;
};

/** Several places of signatures. Made by `otherPlaces`, and by `signedItems`. */
export interface SignaturePlaces {
  /** Those beside the signature’s own. */
  readonly sources: readonly PartSource[];
  /** Finds and decodes the signatures of all places. */
  reader(options: TemplateOptions): (passage: TemplatePassage) => Objection | undefined;
}

/** Finds and decodes what of the proof stands in a text, and notes it in the passage. */
export type SignatureReader = (text: string, passage: TemplatePassage) => Objection | undefined;

/** A header that holds several labelled items, e.g. `t=1,v1=ab,v1=cd` or `v1,ab v1,cd`. Made by `signatureList`. */
export interface SignatureList {
  readonly separator: string;
  /** Between an item's label and its value. */
  readonly assign: string;
  /** Only items of these are signatures; one variant of keys a label. */
  readonly labels: readonly string[];
  /** Labels of other items that the message covers, each with what is written there by who signs. They stand behind the signature then. */
  readonly items?: Readonly<Record<string, string>>;
  reader(options: TemplateOptions): SignatureReader;
}

/** A time that is judged. Made by `signedTime`. */
export type TimestampOptions = PartSource & {
  readonly unit: TimestampUnit;
  /** What a JSON member that holds it must be. */
  readonly kind: MemberKind;
  /** Judges the time whose text the passage has, and notes it there. */
  judge(passage: TemplatePassage, tolerance: Tolerance): Objection | undefined;
  /** The first instant at which a request of that time is stale. */
  untilMs(timestampMs: number, tolerance: Tolerance): number;
  /** The text of a time. */
  write(ms: number, unit: TimestampUnit): string;
};

/** A field whose form an application is told of. Made by `field`: so schemes without one do not carry what tells it. */
export interface ToldField extends FieldSource {
  /** @param templates the scheme’s messages, compiled */
  tell(options: TemplateOptions, templates: readonly MessageTemplate[]): (passage: TemplatePassage) => Told;
}

/** What is signed: one message, or several of which the first applies whose nonce and id the request carries. */
export interface MessageForm {
  /** Reads the option `origin`, where a part says whom the request was sent to. */
  readonly readOrigin?: (options: OptionReader) => Origin | undefined;
  /** @throws SetupError for a part whose source is not declared, and for parts that contradict the declaration. */
  compile(options: TemplateOptions): CompiledMessages;
  /** Of items that are signed one by one: the way to them, and the message of one. */
  readonly each?: { readonly path: string; readonly form: MessageForm };
}

export interface CompiledMessages {
  readonly templates: readonly MessageTemplate[];
  /** Of a message whose pieces are items that are proved by themselves: how they are claimed. @param untilMs that of the request */
  readonly items?: (
    untilMs: ReplayRules<TemplateFound>['untilMs'],
  ) => Pick<ReplayRules<TemplateFound>, 'areParts' | 'further'>;
  /** Makes what a message is filled with, where that may take a promise. */
  readonly prepare?: (passage: TemplatePassage) => MaybePromise<Objection | undefined>;
  /** Where in the body messages have parts: what has to be parsed first. */
  readonly members?: readonly BodyPlace[];
  /** What proves a body of which no message has the bytes. */
  readonly bodyProof?: BodyProof;
  /** Puts what a message covers besides into a draft, to sign. */
  readonly place?: (request: SignedRequest) => SignedRequest;
}

/** A message, ready to be filled. */
export interface MessageTemplate {
  /** What it covers. */
  readonly covers: ReadonlySet<CoveredPart>;
  /** The names of its fields, e.g. `timestamp`. */
  readonly fields: ReadonlySet<string>;
  /** Lower-case names of the headers that it covers by `{header:…}`. */
  readonly headers: readonly string[];
  /** What the message leaves to be guessed. */
  readonly warnings: readonly CoverageWarning[];
  /** Whether the request carries the nonce and id that it names. */
  applies(passage: TemplatePassage): boolean;
  fill(passage: TemplatePassage, body: Uint8Array | Message): Message | Objection;
}

/** Where the digest of a body stands. Made by `bodyDigest`. */
export type BodyDigest = PartSource & { readonly proveBody: ProveBody };

/** @param hasForm whether the message has the body’s fields. @throws SetupError where one of them would be the signature */
export type ProveBody = (options: TemplateOptions, hasForm: boolean) => BodyProof;

export interface BodyProof {
  /** extract: the fields, or the digest, that stand for the body. */
  read(passage: TemplatePassage): MaybePromise<Objection | undefined>;
  /** compare, second half: holds the body against the digest that was signed. */
  check(passage: TemplatePassage): Objection | undefined;
  /** sign: the request with the digest of its body, where it needs one. */
  place(passage: TemplatePassage): MaybePromise<SignedRequest>;
}
