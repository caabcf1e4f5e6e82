/** Attacks on the borders between parts: text moved from one into its neighbour, and targets that two programs read as two. */
import { HeaderList } from '@countersign/core';
import type { Attack, Opened, Place, PlaceId } from '../engine/model.ts';
import { bodyText, splitUrl, withBody, withHeader } from '../engine/places.ts';
import { type Change, listed } from './request-attack.ts';

const MOVES: readonly PlaceId[] = ['host', 'path', 'query', 'body', 'time', 'id', 'proof', 'headers'];

/** What may stand between two parts of a message. */
const JOINTS = ['', '.', ':', '\n', '|', ',', '&', '/', '?'];

const hostOf = (subject: Opened): string => subject.request.headers.get('host') ?? '';

/** From Host into the path, from the path into Host, at each slash and mark. */
function urlMoves(subject: Opened): readonly Change[] {
  const { authority, path, query } = splitUrl(subject.request.url);
  const host = authority || hostOf(subject);
  const target = path + query;
  const inner = [...target.matchAll(/[/?&=.]/g)].map(({ index }) => index).filter((index) => index > 0);
  const cuts = inner.length > 0 ? inner : [Math.max(1, target.length >> 1)];
  const relative = (request: Parameters<Change>[0], name: string, url: string) => ({
    ...withHeader(request, 'host', name),
    url,
  });
  return cuts.flatMap((cut): readonly Change[] => {
    const [head, tail] = [target.slice(0, cut), target.slice(cut)];
    const rest = tail.startsWith('/') ? tail : `/${tail.replace(/^[?&=]/, '')}`;
    const valued = /=(\/.*)$/.exec(target)?.[1];
    return [
      (request) => relative(request, host + head, rest),
      (request) => relative(request, host + head, tail),
      (request) => relative(request, `${host}${head}?`, rest),
      (request) => relative(request, `${host}${head}#`, rest),
      ...(valued === undefined
        ? []
        : [
            (request: Parameters<Change>[0]) =>
              relative(request, host + target.slice(0, target.length - valued.length), valued),
          ]),
      (request) => relative(request, `x@${host}`, target),
      (request) => ({ ...request, url: `https://${host}${head}${tail.replace('?', '%3F')}` }),
      (request) => ({
        ...request,
        url: `${request.url.slice(0, request.url.length - tail.length)}/..${tail}`,
      }),
      (request) => ({ ...request, url: `${head}%2F${tail.slice(1)}` }),
      (request) => ({ ...request, url: `${head}//${tail.slice(1)}` }),
    ];
  });
}

/** A proof for one path, sent to another: the path that is proved goes into Host. */
function otherTargets(subject: Opened): readonly Change[] {
  const { authority, path, query } = splitUrl(subject.request.url);
  const host = authority || hostOf(subject) || 'api.example';
  return ['?', '#', '/', '\\', ''].flatMap((end): readonly Change[] => [
    (request) => ({ ...withHeader(request, 'host', host + path + end), url: '/admin/delete' }),
    (request) => ({ ...withHeader(request, 'host', host + path + query + end), url: '/admin/delete' }),
    (request) => ({ ...withHeader(request, 'host', `${host}${path}${end}`), url: `/admin/delete${query}` }),
  ]);
}

const TARGETS: readonly ((host: string, target: string) => string)[] = [
  (_, target) => target,
  (host, target) => `https://${host}${target}`,
  (host, target) => `http://${host}${target}`,
  (host, target) => `HTTPS://${host.toUpperCase()}${target}`,
  (host, target) => `https://${host}:443${target}`,
  (host, target) => `https://${host}:80${target}`,
  (host, target) => `https://${host}:8443${target}`,
  (host, target) => `https://${host}.${target}`,
  (host, target) => `https://user@${host}${target}`,
  (_, target) => `https://evil.example${target}`,
  (host, target) => `//${host}${target}`,
  (_, target) => `/${target}`,
  (_, target) => `*${target}`,
  () => '*',
  (host) => host,
  (_, target) => `${target}#x`,
  (_, target) => `${target}#&admin=1`,
  (_, target) => `${target}?`,
  (_, target) => `${target}&`,
  (_, target) => `${target}/`,
  (_, target) => `${target};x=1`,
  (_, target) => target.replace('/', '/./'),
  (_, target) => target.replace('/', '/x/../'),
  (_, target) => target.replaceAll('/', '\\'),
  (_, target) => target.replaceAll('/', '%2f'),
  (_, target) => target.replace('?', '%3f'),
  (_, target) => target.replace('?', '??'),
  (_, target) => target.toUpperCase(),
];

/** From one part of a message into the next, whatever stands between them. */
function partMoves(subject: Opened, place: PlaceId): readonly Change[] {
  const texts = [...subject.places.values()].flat().filter(({ id }) => id !== 'method' && id !== 'clock');
  const own = texts.filter(({ id }) => id === place);
  return own.flatMap((from) => texts.filter((to) => to !== from).flatMap((to) => between(from, to)));
}

function between(from: Place, to: Place): readonly Change[] {
  const cuts = new Set([1, 2, from.text.length >> 1, from.text.length - 1, ...separatorsIn(from.text)]);
  return [...cuts]
    .filter((cut) => cut > 0 && cut < from.text.length)
    .slice(0, 12)
    .flatMap((cut) =>
      JOINTS.flatMap((joint): readonly Change[] => {
        const [head, tail] = [from.text.slice(0, cut), from.text.slice(cut)];
        const bare = joint !== '' && tail.startsWith(joint) ? tail.slice(joint.length) : tail;
        return [
          // The beginning of one behind the end of the other, what is between them in its place.
          (request) => to.put(from.put(request, bare), to.text + joint + head),
          (request) => to.put(from.put(request, head), bare + joint + to.text),
        ];
      }),
    );
}

function separatorsIn(text: string): readonly number[] {
  return [...text.matchAll(/[.:\n|,&/?=]/g)].map(({ index }) => index);
}

export const MOVE_ATTACKS: readonly Attack[] = [
  listed({
    id: 'move',
    summary:
      'text moved across each boundary: into Host, path, query, body, timestamp, id and back, with their separators in place',
    places: MOVES,
    elsewhere: 'it has no neighbour in a message',
    ways(subject, place) {
      const moves = partMoves(subject, place);
      const ways =
        place === 'host' || place === 'path'
          ? [...urlMoves(subject), ...otherTargets(subject), ...moves]
          : moves;
      return ways.length > 0 ? ways : 'there is no such text';
    },
  }),
  listed({
    id: 'target',
    summary:
      'other forms of the target: absolute, with user, port, dots, slashes, a fragment; with a Host that agrees or differs',
    places: ['host', 'path', 'query'],
    elsewhere: 'it is no part of the target',
    ways: (subject) =>
      TARGETS.flatMap((form): readonly Change[] => {
        const { authority, path, query } = splitUrl(subject.request.url);
        const host = authority || hostOf(subject) || 'api.example';
        const url = form(host, path + query);
        return [
          (request) => ({ ...request, url }),
          (request) => ({ ...withHeader(request, 'host', 'evil.example'), url }),
          (request) => ({ ...withHeader(request, 'host', `${host}:443`), url }),
          (request) => ({
            ...request,
            url,
            headers: new HeaderList([...request.headers].filter(([name]) => !/^host$/i.test(name)).flat()),
          }),
        ];
      }),
  }),
  listed({
    id: 'method',
    summary: 'other methods, with the body, without it, and with the body in the query',
    places: ['method'],
    elsewhere: 'it is no method',
    ways: () =>
      [
        'GET',
        'HEAD',
        'POST',
        'PUT',
        'PATCH',
        'DELETE',
        'OPTIONS',
        'TRACE',
        'CONNECT',
        'post',
        'P\u014fST',
        'POST ',
        '',
      ].flatMap((method): readonly Change[] => [
        (request) => ({ ...request, method }),
        (request) => withBody({ ...request, method }, ''),
        (request) => ({
          ...withBody({ ...request, method }, ''),
          url: `${splitUrl(request.url).path}?${bodyText(request).replace(/[^!-~]/g, '')}`,
        }),
      ]),
  }),
];
