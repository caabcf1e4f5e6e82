/** What the corpus is made of: requests on the wire, and those who sign them. */

export interface KeySpec {
  readonly secret: string;
  readonly encoding?: string;
  readonly id?: string;
  readonly state?: string;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface Wire {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** What a sender is asked to sign. */
export interface Draft {
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly body: Buffer;
  /** When it is signed, in ms. */
  readonly at: number;
  /** The delivery's id. */
  readonly id: string;
}

export type Options = Readonly<Record<string, unknown>>;

/** What stands at addresses that a receiver fetches keys from: a document, or the status of an answer without one. Whatever else it asks for is unreachable. */
export type Published = Readonly<Record<string, string | number>>;

/** How a receiver names the sender: a provider with its options, or a declared scheme. */
export type Choice = { readonly provider: string; readonly options?: Options } | { readonly scheme: Options };

export type BodyKind = 'json' | 'form' | 'multipart' | 'text' | 'none';

export interface Sender {
  readonly name: string;
  readonly choice: Choice;
  readonly keys: readonly KeySpec[];
  readonly published?: Published;
  /** What bodies it sends, the usual one first. */
  readonly kinds: readonly BodyKind[];
  /** Whether the proof covers the body, and the URL or a part of it. */
  /** Whether it signs the bytes of a body as they are; default true. Else it signs members or fields, and makes bodies of its own. */
  readonly signsBytes?: boolean;
  readonly covers: { readonly body: boolean; readonly url: boolean };
  /** What signs: package and version, or language. */
  readonly signedBy: string;
  draft(label: string, kind?: BodyKind): Draft;
  sign(draft: Draft): Promise<Wire>;
}

/** One line of the corpus, and the genuine request that it was, which the line leaves out. */
export interface Case {
  readonly sender: string;
  readonly choice: Choice;
  readonly keys: readonly KeySpec[];
  readonly published?: Published;
  readonly now: number;
  readonly wire: Wire;
  readonly cause: string;
  readonly truth: string;
  readonly madeBy: string;
  /** Accepted with `genuineKeys` (or `keys`) at the same time, else the line is no broken request. */
  readonly genuine?: {
    readonly wire: Wire;
    readonly keys?: readonly KeySpec[];
    readonly now?: number;
    readonly published?: Published;
  };
}

export function withHeader(wire: Wire, name: string, value: string | undefined): Wire {
  const at = wire.headers.findIndex(([other]) => other.toLowerCase() === name.toLowerCase());
  const headers = wire.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  if (value !== undefined)
    headers.splice(at < 0 ? headers.length : at, 0, [at < 0 ? name : (wire.headers[at]?.[0] ?? name), value]);
  return { ...wire, headers };
}

export function headerOf(wire: Wire, name: string): string {
  return wire.headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? '';
}

export function hasHeader(wire: Wire, name: string): boolean {
  return wire.headers.some(([other]) => other.toLowerCase() === name.toLowerCase());
}

/** The body changed, and Content-Length with it, as whoever changes a body sees to. */
export function withBody(wire: Wire, body: Buffer): Wire {
  const changed = { ...wire, body };
  return hasHeader(wire, 'content-length')
    ? withHeader(changed, 'content-length', String(body.length))
    : changed;
}
