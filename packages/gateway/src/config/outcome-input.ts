/** What a person writes of what a gate does with a request, but `keep`; see `config-input.ts`. */
import type { AnswerForm } from '../vendors/vendor.ts';
import type { KeyInput } from './key-input.ts';
import type { BooleanInput, DurationText, NumberInput, SizeText } from './units.ts';

export interface AnswerInput {
  /** The module that exports the actions, relative to this file. */
  readonly actions: string;
  /** The action to run, if the path has no :action or :name. Default: the module’s only action. */
  readonly action?: string;
  /** The heading of a page. Default: none. */
  readonly title?: string;
  /** The format of answers. Default: as the provider expects, otherwise json. */
  readonly as?: AnswerForm;
  /** Whether GET /actions, which needs no proof, lists these actions. Default: true for flowent, else false. */
  readonly list?: BooleanInput;
  /** The platform at which the actions are registered, by `countersign actions push` and `serve --register`. Default: they are not registered. */
  readonly register?: RegisterInput;
  /**
   * Signs every answer to an accepted request, and to its repeats (HTTP message signatures, RFC 9421 section 2.4), tied to that very request. Refusals of
   * requests that are not proved are not signed. A streamed answer is read to its end first. Default: they are not signed.
   */
  readonly sign?: AnswerSignInput;
}

export interface AnswerSignInput {
  /**
   * The keys that sign: the first active one does, which is a secret or a private key. Default: those of the gate, if its requests are proved by HTTP
   * message signatures with a secret.
   */
  readonly keys?: readonly KeyInput[];
  /** What the keys are of. Default: hmac-sha256; with the gate’s keys, theirs. */
  readonly algorithm?:
    | 'hmac-sha256'
    | 'ed25519'
    | 'ecdsa-p256-sha256'
    | 'ecdsa-p384-sha384'
    | 'rsa-pss-sha512'
    | 'rsa-v1_5-sha256';
  /**
   * What a signature covers: @status always, a field of the answer where the answer has it; besides these each header that carries the request’s proof.
   * Default: @status, content-type, content-digest, location, @method;req, @target-uri;req.
   */
  readonly components?: string | readonly string[];
  /** The label of the signature. Default: sig1. */
  readonly label?: string;
  /** The tag of the signature. Default: none. */
  readonly tag?: string;
  /** The digest of the body. Default: sha-256. */
  readonly digest?: 'sha-256' | 'sha-512';
  /**
   * Scheme and host as the client knows them, e.g. https://api.example.com. Default: https and the request’s host, or what a trusted proxy says of them;
   * with the gate’s keys, its origin.
   */
  readonly origin?: string;
  /** How much of an answer is held to be signed. In place of a longer one 500 is answered. Default: 1MB. */
  readonly maxBody?: SizeText;
}

export interface RegisterInput {
  /** The base URL of the platform’s API. */
  readonly apiUrl: string;
  /** The API token: "${env:NAME}" or "${file:path}". */
  readonly apiToken: string;
  /** How often `serve --register` checks again. Default: 10m. */
  readonly every?: DurationText;
}

export interface ForwardInput {
  /** The upstream; the request’s path is appended. */
  readonly to: string;
  /** How long the upstream may take to answer. Default: 30s, or five sixths of the time that the sender waits, if that is less. */
  readonly timeout?: DurationText;
  /**
   * How many requests the upstream gets at once, each on its own connection. As many again may wait, for at most timeout; further ones are refused with
   * 503. Default: 256.
   */
  readonly maxConnections?: NumberInput;
  /**
   * Statuses of the upstream’s answer, besides 2xx, after which the request counts as done: after any other status, a retry of the same request is
   * forwarded again. Default: none.
   */
  readonly alsoCommitOn?: readonly ('3xx' | NumberInput)[];
  /** Whether the headers with the signature or token are forwarded. Default: false. */
  readonly keepProof?: BooleanInput;
  /**
   * Headers that are forwarded although an upstream may read another path, host or method, or the client’s address or identity, from them. Headers that
   * the gate’s signature covers are forwarded in any case. Default: none.
   */
  readonly keepHeaders?: readonly string[];
  /** A prefix that is removed from the request’s path first. Default: nothing. */
  readonly stripPrefix?: string;
}

export interface RespondInput {
  /** The HTTP status. */
  readonly status: NumberInput;
  /** The body as text. Give this or json. Default: empty. */
  readonly body?: string;
  /** The body as a value, which is sent as JSON. Give this or body. Default: none. */
  readonly json?: unknown;
  /** The body’s content type. Default: application/json for json, text/plain; charset=utf-8 for body. */
  readonly contentType?: string;
}
