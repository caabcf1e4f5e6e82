/** What a person writes of what a gate does with a request, but `keep`; see `config-input.ts`. */
import type { AnswerForm } from '../vendors/vendor.ts';
import type { BooleanInput, DurationText, NumberInput } from './units.ts';

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
