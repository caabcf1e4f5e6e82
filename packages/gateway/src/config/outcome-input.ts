/** What a person writes of what a gate does with a request, but `keep`; see `config-input.ts`. */
import type { AnswerForm } from '../vendors/vendor.ts';
import type { BooleanInput, DurationText, NumberInput } from './units.ts';

export interface AnswerInput {
  /** The module that exports the actions, relative to this file. */
  readonly actions: string;
  /** The action to run, where the path has no :action or :name. Default: the module’s only action. */
  readonly action?: string;
  /** The heading of a page. Default: none. */
  readonly title?: string;
  /** How answers look. Default: as the provider expects them, else json. */
  readonly as?: AnswerForm;
  /** Whether GET /actions, which takes no proof, lists these actions. Default: true for flowent, else false. */
  readonly list?: BooleanInput;
  /** The platform that the actions are registered with, by `countersign actions push` and `serve --register`. Default: they are not registered. */
  readonly register?: RegisterInput;
}

export interface RegisterInput {
  /** The base URL of the platform’s API. */
  readonly apiUrl: string;
  /** The API token: "${env:NAME}" or "${file:path}". */
  readonly apiToken: string;
  /** How often `serve --register` looks again. Default: 10m. */
  readonly every?: DurationText;
}

export interface ForwardInput {
  /** The upstream; the request’s path is appended. */
  readonly to: string;
  /** How long the upstream may take to answer. Default: 30s, or five sixths of what the sender waits where that is less. */
  readonly timeout?: DurationText;
  /**
   * Requests that are with the upstream at once, each with a connection of its own. As many again may wait for at most timeout; further ones are refused
   * with 503. Default: 256.
   */
  readonly maxConnections?: NumberInput;
  /**
   * Statuses of the upstream’s answer that use the request up, besides 2xx: after any other, a retry of the same request is passed on again. Default:
   * none.
   */
  readonly alsoCommitOn?: readonly ('3xx' | NumberInput)[];
  /** Passes the proof’s headers on. Default: false. */
  readonly keepProof?: BooleanInput;
  /**
   * Headers that pass although an upstream may take them for another path, host or method than the request’s, for the client’s address or for who it is.
   * Those that the gate’s message covers pass in any case. Default: none.
   */
  readonly keepHeaders?: readonly string[];
  /** Taken off the request’s path first. Default: nothing. */
  readonly stripPrefix?: string;
}

export interface RespondInput {
  /** The HTTP status. */
  readonly status: NumberInput;
  /** The body as text. Give this or json. Default: empty. */
  readonly body?: string;
  /** The body as a value that is sent as JSON. Give this or body. Default: none. */
  readonly json?: unknown;
  /** What the body is. Default: application/json for json, text/plain; charset=utf-8 for body. */
  readonly contentType?: string;
}
