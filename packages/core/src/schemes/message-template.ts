/** Message templates such as `{timestamp}.{body}`: compiled once, then filled by concatenation, never by replacement. */
import type { Message } from '../crypto/backend.ts';
import {
  authorityOf,
  effectiveRequest,
  isHostOverruled,
  type Origin,
  queryOf,
} from '../effective-request.ts';
import type { CoveredPart } from '../model.ts';
import { type Objection, objection, type Passage } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { utf8Text } from '../text/bytes.ts';
import { type PartSource, readPart } from './part-source.ts';

/** Where the parts sit that a template may name. */
export interface TemplateSources {
  readonly timestamp: PartSource | undefined;
  readonly id: PartSource | undefined;
  readonly nonce: PartSource | undefined;
  /** A query parameter that holds the signature and is left out of `{query}` and `{url}`. */
  readonly signatureQuery: string | undefined;
  /** Scheme and authority of `{url}` and `{host}` as the sender knows them. Default: the request’s own, under `https`. */
  readonly origin: Origin | undefined;
}

export interface MessageTemplate {
  /** What the template covers. */
  readonly covers: ReadonlySet<CoveredPart>;
  /** The names of its fields, e.g. `timestamp`. */
  readonly fields: ReadonlySet<string>;
  /** Lower-case names of the headers that it covers by `{header:…}`. */
  readonly headers: readonly string[];
  /** Whether the request carries the nonce and id that this template names. */
  applies(passage: Passage): boolean;
  fill(passage: Passage, body: Uint8Array | Message): Message | Objection;
}

type Segment =
  | string
  /** Undefined stands for the body. */
  | ((passage: Passage) => string | Objection)
  | undefined;

/** `{name}` or `{header:name}`; everything else is literal. */
const FIELD = /\{([a-z]+)(?::([A-Za-z0-9-]+))?\}/g;

/**
 * Compiles a template.
 * @throws SetupError for an unknown field, or one whose source is not declared.
 */
export function compileMessage(template: string, sources: TemplateSources): MessageTemplate {
  const segments: Segment[] = [];
  const covers = new Set<CoveredPart>();
  const fields = new Set<string>();
  const headers: string[] = [];
  const optional: PartSource[] = [];
  let at = 0;
  for (const match of template.matchAll(FIELD)) {
    // Literal text of a template stands for its UTF-8 bytes.
    if (match.index > at) segments.push(utf8Text(template.slice(at, match.index)));
    at = match.index + match[0].length;
    const field = match[1] as string;
    const header = match[2]?.toLowerCase();
    if (field === 'header' && header !== undefined) headers.push(header);
    if (field === 'nonce' && sources.nonce) optional.push(sources.nonce);
    if (field === 'id' && sources.id) optional.push(sources.id);
    segments.push(compileField(field, header, sources));
    fields.add(field);
    for (const part of COVERS[field] ?? []) covers.add(part);
  }
  if (at < template.length) segments.push(utf8Text(template.slice(at)));
  if (covers.size === 0 && headers.length === 0) {
    throw new SetupError(
      'scheme.message',
      'the message covers nothing of the request',
      'Name at least {body}.',
    );
  }
  return {
    covers,
    fields,
    headers,
    applies: (passage) => optional.every((source) => readPart(source, passage).state !== 'absent'),
    fill(passage, body) {
      const message: (string | Uint8Array)[] = [];
      for (const segment of segments) {
        if (segment === undefined) {
          if (body instanceof Uint8Array) message.push(body);
          else for (const piece of body) message.push(piece);
        } else if (typeof segment === 'string') message.push(segment);
        else {
          const text = segment(passage);
          if (typeof text !== 'string') return text;
          message.push(text);
        }
      }
      return message;
    },
  };
}

const COVERS: Readonly<Record<string, readonly CoveredPart[]>> = {
  body: ['body'],
  timestamp: ['timestamp'],
  id: ['id'],
  nonce: ['id'],
  method: ['method'],
  path: ['path'],
  query: ['query'],
  url: ['host', 'path', 'query'],
  host: ['host'],
};

function compileField(field: string, header: string | undefined, sources: TemplateSources): Segment {
  if (field === 'header' && header !== undefined) return readHeader(header);
  if (header !== undefined) throw unknownField(`${field}:${header}`);
  switch (field) {
    case 'body':
      return undefined;
    case 'method':
      return ({ request }) => request.method;
    case 'path':
      return readPath;
    case 'query':
      return ({ request }) => withoutParameter(queryOf(request.url), sources.signatureQuery) ?? '';
    case 'host':
      return readHost(sources);
    case 'url':
      return readUrl(sources);
    case 'timestamp':
      return readTimestamp(required(sources.timestamp, field));
    case 'id':
    case 'nonce':
      return readCovered(required(sources[field], field), field);
    default:
      throw unknownField(field);
  }
}

function unknownField(field: string): SetupError {
  return new SetupError(
    'scheme.message',
    `{${field}} is no field`,
    'Fields: {timestamp} {nonce} {id} {method} {path} {query} {url} {host} {body} {header:NAME}.',
  );
}

function required(source: PartSource | undefined, field: string): PartSource {
  if (source) return source;
  throw new SetupError('scheme.message', `{${field}} has no source`, `Say where it sits: scheme.${field}.`);
}

function readTimestamp(source: PartSource): Segment {
  return (passage) => {
    if (passage.timestampText !== undefined) return passage.timestampText;
    const { state } = readPart(source, passage);
    return state === 'absent'
      ? objection('missing-timestamp', 'the message covers a timestamp; the request carries none')
      : objection('malformed-timestamp', `the timestamp is ${state}`);
  };
}

function readCovered(source: PartSource, field: string): Segment {
  return (passage) => {
    const part = readPart(source, passage);
    return part.state === 'found'
      ? part.text
      : objection('missing-part', `the message covers {${field}}, which is ${part.state}`);
  };
}

function readHeader(name: string): Segment {
  return ({ request }) => {
    const value = request.headers.single(name);
    if (typeof value !== 'string') {
      return objection(
        'missing-part',
        `the message covers the header ${name}, which is ${value === null ? 'repeated' : 'absent'}`,
      );
    }
    return name === 'host' && isHostOverruled(request)
      ? objection(
          'missing-part',
          'the message covers the Host field, and the request’s target names another host',
        )
      : value;
  };
}

/** As received. */
function readPath({ request }: Passage): string | Objection {
  const effective = effectiveRequest(request);
  return 'reason' in effective ? effective : effective.path;
}

/** In lower case, without the scheme’s own port: as RFC 9421 §2.2.3 has it. */
function readHost({ origin }: TemplateSources): Segment {
  return ({ request }) => {
    const effective = effectiveRequest(request, origin);
    if ('reason' in effective) return effective;
    return authorityOf(effective, effective.scheme ?? 'https') ?? NO_HOST;
  };
}

const NO_HOST: Objection = objection('missing-part', 'the message covers the host; there is none');

function readUrl({ origin, signatureQuery }: TemplateSources): Segment {
  return ({ request }) => {
    const effective = effectiveRequest(request, origin);
    if ('reason' in effective) return effective;
    const { scheme = 'https', path, query } = effective;
    const authority = authorityOf(effective, scheme);
    if (authority === undefined) return NO_HOST;
    const kept = query === undefined ? undefined : withoutParameter(query, signatureQuery);
    return `${scheme}://${authority}${path === '*' ? '' : path}${kept === undefined ? '' : `?${kept}`}`;
  };
}

/** A query without one parameter: the other pairs as received; undefined where it was the only one. */
function withoutParameter(query: string, name: string | undefined): string | undefined {
  if (name === undefined) return query;
  const pairs = query.split('&').filter((pair) => pair !== name && !pair.startsWith(`${name}=`));
  return pairs.length === 0 ? undefined : pairs.join('&');
}
