/** What a scheme over a template declares. */
import type { SignatureAlgorithm } from '../crypto/backend.ts';
import type { Origin } from '../effective-request.ts';
import type { TimestampUnit, Tolerance } from '../freshness.ts';
import type { KeyForm } from '../keys.ts';
import type { ReplayIdentity } from '../model.ts';
import type { HandshakeRule } from '../scheme.ts';
import type { BodyReading } from './body-readings.ts';
import type { PartSource } from './part-source.ts';
import type { ListForm, SignatureEncoding } from './signature-text.ts';
import type { TemplateFound } from './template-found.ts';

export type SignatureOptions = PartSource & {
  readonly encoding: SignatureEncoding;
  /** E.g. `sha256=`; a signature without it is malformed. */
  readonly prefix?: string;
  /** Where the header is a list, only items of these labels are signatures; one variant of keys a label. */
  readonly list?: ListForm & { readonly labels: readonly string[] };
};

export type TimestampOptions = PartSource & {
  readonly unit: TimestampUnit;
  /** Whether a JSON member is a string where another sender would write a number. Default false. */
  readonly isText?: boolean;
};

/** One scheme, declared. */
export interface TemplateOptions {
  readonly name: string;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: SignatureOptions;
  /** The option by which a gate gives the signature's header another name: remedies speak of it. Default `signature`. */
  readonly signatureOption?: 'signature' | 'headers.signature';
  /** One template, or several of which the first applies whose nonce and id the request carries. */
  readonly message: string | readonly string[];
  readonly timestamp?: TimestampOptions;
  /** Default five minutes both ways. */
  readonly tolerance?: Tolerance;
  readonly id?: PartSource;
  readonly nonce?: PartSource;
  readonly keyId?: PartSource;
  readonly type?: PartSource;
  /** Where the body’s SHA-256 stands in hex, of a body that is no form. The message must cover it. */
  readonly bodyDigest?: PartSource;
  /** Which of them the gate itself asks for: they must have a use. Default none. */
  readonly declared?: readonly ('id' | 'nonce')[];
  /** Scheme and authority as the sender knows them, for `{url}` and `{host}`. */
  readonly origin?: Origin;
  /** Default: the secret's UTF-8 bytes for a MAC, PEM for public keys. */
  readonly keyForms?: readonly KeyForm[];
  /** What `{body}` stands for. Default: the body as received, without the signature where that is inside. */
  readonly body?: readonly BodyReading[];
  /** Default `message`. */
  readonly replay?: ReplayIdentity;
  readonly handshakes?: readonly HandshakeRule<TemplateFound>[];
}
