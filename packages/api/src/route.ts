/** What a row of the route table is, and the types that it brings its callers and its handler. */
import type { FieldsOf } from './fields.ts';
import type { Role } from './role.ts';

/** What a route takes and gives. Absent: it takes none. */
export interface RouteTypes {
  /** Segments of its path. */
  readonly params?: object;
  readonly query?: object;
  /** The members of a JSON object. */
  readonly body?: object;
  /** A JSON value; `StreamOf` such values, which come one by one until somebody leaves; a `string`, which is a text as it stands; or a `Uint8Array`. */
  readonly reply: unknown;
  /** Given where the row has it. */
  readonly etag?: true;
  /** Its answer sets cookies. */
  readonly cookies?: true;
}

/** The reply of a route that streams: server-sent events, each one such value as JSON. */
export interface StreamOf<Item> {
  readonly streamed: Item;
}

/** The reply of a route that answers with a text. */
export interface TextKind {
  /** Its media type, with parameters. */
  readonly text: string;
}

/** The reply of a route that answers with bytes. */
export interface BytesKind {
  /** Their media type. */
  readonly bytes: string;
}

/** Routes by name. */
export type Api = Readonly<Record<string, RouteTypes>>;

export interface Route<Types extends RouteTypes = RouteTypes> {
  readonly method: 'GET' | 'DELETE' | 'POST';
  /** `:name` stands for one percent-encoded segment. */
  readonly path: string;
  /** Whether it is asked who calls. */
  readonly auth: boolean;
  /** The least role that may call it. Default: `viewer` to read (GET), `operator` to change. */
  readonly role?: Role;
  readonly params: FieldsOf<Part<Types, 'params'>>;
  readonly query: FieldsOf<Part<Types, 'query'>>;
  readonly body: FieldsOf<Part<Types, 'body'>>;
  readonly reply: ReplyKind<Types['reply']>;
  /** Of the request's body. */
  readonly maxBodyBytes: number;
  /** The statuses of a reply. */
  readonly statuses: readonly number[];
  /**
   * The reply has an `etag`, which names what it shows as it stands; a route that changes it takes that as `if-match`, and does nothing where
   * it is another by then.
   */
  readonly etag?: true;
  /** It shows bodies or proofs of requests: each call of it is in the audit log, as each of a route that changes something is. */
  readonly reveals?: true;
  /** It changes nothing, though it is no GET, and so a call of it is not in the audit log. */
  readonly readsOnly?: true;
  /** What it answers, for the docs. */
  readonly answers: string;
}

export type RouteTable<Routes extends Api> = {
  readonly [Name in keyof Routes]: Route<Routes[Name]> & Tagging<Routes[Name]>;
};

type Tagging<Types> = Types extends { readonly etag: true }
  ? { readonly etag: true }
  : { readonly etag?: never };

/** Of a route of which nothing is known it is any. */
type ReplyKind<Reply> = unknown extends Reply
  ? 'json' | 'stream' | TextKind | BytesKind
  : Reply extends StreamOf<unknown>
    ? 'stream'
    : Reply extends string
      ? TextKind
      : Reply extends Uint8Array
        ? BytesKind
        : 'json';

export type Nothing = Readonly<Record<never, never>>;
type Part<Types, Name extends string> = Types extends { readonly [Key in Name]: infer Values }
  ? Values
  : Nothing;

/** All that a route takes, in one record: no name occurs in two parts of a route. */
export type InputOf<Types extends RouteTypes> = Part<Types, 'params'> &
  Part<Types, 'query'> &
  Part<Types, 'body'>;

const NONE = { params: {}, query: {}, body: {} };

/** What most routes are. */
export const GET: {
  readonly method: 'GET';
  readonly auth: true;
  readonly reply: 'json';
  readonly statuses: readonly [200];
  readonly maxBodyBytes: number;
  readonly params: Nothing;
  readonly query: Nothing;
  readonly body: Nothing;
} = { ...NONE, method: 'GET', auth: true, reply: 'json', statuses: [200], maxBodyBytes: 1024 * 1024 };

/** What changes something. */
export const POST: Omit<typeof GET, 'method'> & { readonly method: 'POST' } = { ...GET, method: 'POST' };
