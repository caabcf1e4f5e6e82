/** The texts of a request that can be attacked, and how each is put back. */
import { type Accepted, type Gate, HeaderList, type SignedRequest } from '@countersign/core';
import { byteText } from './meaning.ts';
import type { Place, PlaceId, Subject } from './model.ts';

export function placesOf(subject: Subject, gate: Gate, accepted: Accepted): readonly Place[] {
  const { request } = subject;
  const proofHeaders = [...request.headers].filter(([name]) =>
    gate.proofHeaders.includes(name.toLowerCase()),
  );
  const others = [...request.headers].filter(
    ([name]) => !gate.proofHeaders.includes(name.toLowerCase()) && name.toLowerCase() !== 'host',
  );
  return [
    {
      id: 'method',
      name: 'method',
      text: request.method,
      put: (changed, method) => ({ ...changed, method }),
    },
    ...urlPlaces(request),
    ...[...request.headers]
      .filter(([name]) => name.toLowerCase() === 'host')
      .map(([name, value]) => headerPlace('host', name, value)),
    ...others.map(([name, value]) => headerPlace('headers', name, value)),
    bodyPlace(request),
    ...proofHeaders.map(([name, value]) => headerPlace('proof', name, value)),
    ...proofsInside(subject),
    ...timesOf(subject, accepted, gate),
    ...(accepted.id === undefined ? [] : locate(subject, gate, 'id', accepted.id)),
  ];
}

interface SplitUrl {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** With its `?`. */
  readonly query: string;
}

export function splitUrl(url: string): SplitUrl {
  const absolute = /^(https?:\/\/)([^/?#]*)(.*)$/is.exec(url);
  const rest = absolute?.[3] ?? url;
  const mark = rest.indexOf('?');
  return {
    scheme: absolute?.[1] ?? '',
    authority: absolute?.[2] ?? '',
    path: mark < 0 ? rest : rest.slice(0, mark),
    query: mark < 0 ? '' : rest.slice(mark),
  };
}

function urlPlaces(request: SignedRequest): readonly Place[] {
  const { authority, path, query } = splitUrl(request.url);
  return [
    ...(authority === '' ? [] : [urlPlace('host', 'authority', authority)]),
    urlPlace('path', 'path', path),
    ...(query === '' ? [] : [urlPlace('query', 'query', query)]),
  ];
}

function urlPlace(id: PlaceId, name: 'authority' | 'path' | 'query', text: string): Place {
  const put = (request: SignedRequest, changed: string): SignedRequest => {
    const parts = { ...splitUrl(request.url), [name]: changed };
    return { ...request, url: parts.scheme + parts.authority + parts.path + parts.query };
  };
  return { id, name, text, put };
}

function headerPlace(id: PlaceId, name: string, text: string): Place {
  return { id, name, text, put: (request, changed) => withHeader(request, name, changed) };
}

/** Replaces the first of a name where it stands; adds it at the end where there is none. */
export function withHeader(request: SignedRequest, name: string, value: string): SignedRequest {
  const flat = [...request.headers.flat];
  const at = flat.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name.toLowerCase());
  if (at < 0) flat.push(name, value);
  else flat[at + 1] = value;
  // As whoever holds texts makes one: what is no byte string is encoded.
  return { ...request, headers: HeaderList.from(flat) };
}

export function bodyText({ body }: SignedRequest): string {
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
}

export function withBody(request: SignedRequest, text: string): SignedRequest {
  return { ...request, body: Buffer.from(text, 'latin1') };
}

function bodyPlace(request: SignedRequest): Place {
  return { id: 'body', name: 'body', text: bodyText(request), put: withBody };
}

/** Signatures that sit in a member, a field or a parameter: the vector file names them as no content. */
function proofsInside({ request, meaning }: Subject): readonly Place[] {
  const body = bodyText(request);
  const inBody = (meaning.body?.without ?? []).flatMap((name) => {
    const match =
      new RegExp(`"${name}"\\s*:\\s*"([^"]*)"`).exec(body) ??
      new RegExp(`(?:^|&)${name}=([^&]*)`).exec(body) ??
      new RegExp(`name="?${name}"?\r\n\r\n([^\r]*)`).exec(body);
    return match?.[1]
      ? [insideBody('proof', name, match[1], match[0].length - match[1].length + match.index)]
      : [];
  });
  const inQuery = (meaning.query?.without ?? []).flatMap((name) => {
    const match = new RegExp(`[?&]${name}=([^&]*)`).exec(splitUrl(request.url).query);
    return match?.[1] ? [insideQuery('proof', name, match[1])] : [];
  });
  return [...inBody, ...inQuery];
}

function insideBody(id: PlaceId, name: string, text: string, near: number): Place {
  return {
    id,
    name,
    text,
    put: (request, changed) => withBody(request, replaced(bodyText(request), text, changed, near - 1)),
  };
}

function insideQuery(id: PlaceId, name: string, text: string): Place {
  return {
    id,
    name,
    text,
    put(request, changed) {
      const parts = splitUrl(request.url);
      return {
        ...request,
        url: parts.scheme + parts.authority + parts.path + replaced(parts.query, text, changed, 0),
      };
    },
  };
}

/** Without patterns: `$&` is text here. */
function replaced(whole: string, text: string, changed: string, near: number): string {
  const at = whole.indexOf(text, Math.max(0, near));
  return at < 0 ? whole : whole.slice(0, at) + changed + whole.slice(at + text.length);
}

/** Where the signed time stands, if it stands in the open: in a token it does not. */
function timesOf(subject: Subject, { evidence, timestampMs }: Accepted, gate: Gate): readonly Place[] {
  const texts = [evidence.timestampText, timestampMs === undefined ? undefined : String(timestampMs / 1000)];
  for (const text of texts) {
    const places = text === undefined ? [] : locate(subject, gate, 'time', text);
    if (places.length > 0) return places;
  }
  return [];
}

function locate({ request }: Subject, gate: Gate, id: PlaceId, value: string): readonly Place[] {
  const text = byteText(value);
  for (const [name, whole] of request.headers) {
    if (
      !gate.proofHeaders.includes(name.toLowerCase()) &&
      !gate.coverage.headers.includes(name.toLowerCase())
    )
      continue;
    if (!whole.includes(text)) continue;
    const put = (changed: SignedRequest, part: string): SignedRequest =>
      withHeader(changed, name, replaced(changed.headers.get(name) ?? '', text, part, 0));
    return [{ id, name, text, put }];
  }
  const body = bodyText(request);
  for (const form of [text, encodeURIComponent(text)]) {
    if (splitUrl(request.url).query.includes(form)) return [insideQuery(id, 'query', form)];
    const at = body.indexOf(form);
    if (at >= 0) return [insideBody(id, 'body', form, at)];
  }
  return [];
}
