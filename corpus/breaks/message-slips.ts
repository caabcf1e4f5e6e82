/** Messages that are put together wrongly. */
import { hash } from 'node:crypto';
import { pick } from '../base/draw.ts';
import { ask } from '../base/helper.ts';
import { type Part, type Profile, part, text, timestampOf } from '../senders/profile.ts';
import type { SlipRow } from './slip.ts';

const named = (profile: Profile, name: Part['name']): boolean =>
  profile
    .parts(
      {
        method: 'POST',
        url: 'https://a.example/b?c',
        contentType: 'x',
        body: Buffer.from('x'),
        at: 0,
        id: 'i',
      },
      '1',
    )
    .some((item) => item.name === name);
const timed = (profile: Profile): boolean => profile.unit !== undefined;
const inSeconds = (profile: Profile): boolean => profile.unit === 's';
const several = (profile: Profile): boolean => timed(profile) || profile.coversUrl;

/** Without a part and one separator beside it. */
function without(parts: readonly Part[], name: Part['name']): readonly Part[] {
  const at = parts.findIndex((item) => item.name === name);
  const next = parts[at + 1]?.name === 'separator' ? 2 : 1;
  const before = next === 1 && parts[at - 1]?.name === 'separator' ? 1 : 0;
  return parts.filter((_item, i) => i < at - before || i >= at + next);
}

const bare = (parts: readonly Part[]): readonly Part[] => parts.filter(({ name }) => name !== 'separator');

function separated(parts: readonly Part[], separator: string): readonly Part[] {
  return bare(parts).flatMap((item, i) => (i === 0 ? [item] : [text(separator), item]));
}

function separatorOf(profile: Profile): string {
  const parts = profile.parts(
    { method: 'POST', url: 'https://a.example/b', contentType: 'x', body: Buffer.from('x'), at: 0, id: 'i' },
    '1',
  );
  return String(parts.find(({ name }) => name === 'separator')?.value ?? '');
}

const replaced = (
  parts: readonly Part[],
  name: Part['name'],
  change: (value: Buffer) => Buffer | string,
): readonly Part[] =>
  parts.map((item) => (item.name === name ? { ...item, value: change(Buffer.from(item.value)) } : item));

const ASSEMBLED: readonly SlipRow[] = [
  {
    cause: 'message-separator-wrong',
    truth: 'The sender puts another separator, or none, between the parts of the message.',
    count: 29,
    fits: several,
    slip: (profile, _draft, label) => {
      const separator = pick(
        label,
        ['.', ':', '', '\n', '|', ' ', ',', '&', '-'].filter((other) => other !== separatorOf(profile)),
      );
      return { parts: (parts) => separated(parts, separator) };
    },
  },
  {
    cause: 'message-order-wrong',
    truth: 'The sender puts the parts of the message in the opposite order.',
    count: 16,
    fits: several,
    slip: (profile) => ({ parts: (parts) => separated([...bare(parts)].reverse(), separatorOf(profile)) }),
  },
  {
    cause: 'message-order-wrong',
    truth: 'The sender swaps two parts of the message.',
    count: 8,
    fits: (profile) =>
      several(profile) && (named(profile, 'id') || named(profile, 'method') || named(profile, 'version')),
    slip: (profile) => ({
      parts: (parts) => {
        const [first, second, ...rest] = bare(parts);
        return first && second ? separated([second, first, ...rest], separatorOf(profile)) : parts;
      },
    }),
  },
  {
    cause: 'message-without-timestamp',
    truth: 'The sender leaves the timestamp out of the message.',
    count: 16,
    fits: (profile) => timed(profile),
    slip: () => ({ parts: (parts) => without(parts, 'timestamp') }),
  },
  {
    cause: 'message-without-id',
    truth: "The sender leaves the delivery's id out of the message.",
    count: 8,
    fits: (profile) => named(profile, 'id'),
    slip: () => ({ parts: (parts) => without(parts, 'id') }),
  },
  {
    cause: 'message-without-id',
    truth: 'The sender leaves the nonce out of the message.',
    count: 3,
    fits: (profile) => named(profile, 'nonce'),
    slip: () => ({ parts: (parts) => without(parts, 'nonce') }),
  },
  {
    cause: 'message-without-version',
    truth: 'The sender leaves the version, v0, out of the message.',
    count: 5,
    fits: (profile) => named(profile, 'version'),
    slip: () => ({ parts: (parts) => without(parts, 'version') }),
  },
  {
    cause: 'message-without-method',
    truth: 'The sender leaves the method out of the message.',
    count: 5,
    fits: (profile) => named(profile, 'method'),
    slip: () => ({ parts: (parts) => without(parts, 'method') }),
  },
  {
    cause: 'message-without-url',
    truth: 'The sender leaves the URL out of the message.',
    count: 7,
    fits: (profile) => named(profile, 'url'),
    slip: () => ({ parts: (parts) => without(parts, 'url') }),
  },
  {
    cause: 'message-is-body-alone',
    truth: 'The sender signs the body and nothing else.',
    count: 15,
    fits: (profile) =>
      several(profile) &&
      named(profile, 'body') &&
      bare(
        profile.parts(
          {
            method: 'POST',
            url: 'https://a.example/b',
            contentType: 'x',
            body: Buffer.from('x'),
            at: 0,
            id: 'i',
          },
          '1',
        ),
      ).length > 2,
    slip: () => ({ parts: (parts) => parts.filter(({ name }) => name === 'body') }),
  },
  {
    cause: 'body-left-out-of-message',
    truth: 'The sender signs all but the body.',
    count: 8,
    fits: (profile) => several(profile) && named(profile, 'body'),
    slip: () => ({ parts: (parts) => replaced(parts, 'body', () => '') }),
  },
  {
    cause: 'message-with-extra-part',
    truth: 'The sender puts the method in front of the message.',
    count: 6,
    fits: (profile) => !named(profile, 'method'),
    slip: (profile, { method }) => ({
      parts: (parts) => [part('method', method), text(separatorOf(profile)), ...parts],
    }),
  },
  {
    cause: 'message-with-extra-part',
    truth: 'The sender puts the path in front of the message.',
    count: 6,
    fits: (profile) => !named(profile, 'path') && !named(profile, 'url'),
    slip: (profile, { url }) => ({
      parts: (parts) => [part('path', new URL(url).pathname), text(separatorOf(profile)), ...parts],
    }),
  },
  {
    cause: 'message-with-extra-part',
    truth: 'The sender puts the URL in front of the message.',
    count: 4,
    fits: (profile) => !named(profile, 'path') && !named(profile, 'url'),
    slip: (profile, { url }) => ({
      parts: (parts) => [part('url', url), text(separatorOf(profile)), ...parts],
    }),
  },
  {
    cause: 'message-with-extra-part',
    truth: 'The sender signs the time in front of a body whose scheme signs the body alone.',
    count: 7,
    fits: (profile) => !timed(profile) && !profile.coversUrl,
    slip: (_profile, { at }) => ({
      parts: (parts) => [part('timestamp', String(at / 1000)), text('.'), ...parts],
    }),
  },
  {
    cause: 'message-ends-with-newline',
    truth: 'The message was piped by echo: a line end is signed behind it.',
    count: 8,
    languages: ['php', 'ruby', 'python'],
    slip: () => ({ parts: (parts) => [...parts, text('\n')] }),
  },
  {
    cause: 'sender-signed-digest-of-body',
    truth: 'The sender signs the SHA-256 of the body in hex in place of the body.',
    count: 10,
    fits: (profile) => named(profile, 'body'),
    slip: () => ({ parts: (parts) => replaced(parts, 'body', (body) => hash('sha256', body, 'hex')) }),
  },
  {
    cause: 'sender-signed-body-for-its-digest',
    truth: 'The sender signs the body where the scheme signs its digest.',
    count: 5,
    fits: (profile) => named(profile, 'digest'),
    slip: (_profile, { body }) => ({ parts: (parts) => replaced(parts, 'digest', () => body) }),
  },
  {
    cause: 'digest-in-another-encoding',
    truth: "The sender writes the body's digest in base64 in the message, not in hex.",
    count: 4,
    fits: (profile) => named(profile, 'digest'),
    slip: () => ({
      parts: (parts) =>
        replaced(parts, 'digest', (digest) => Buffer.from(digest.toString(), 'hex').toString('base64')),
    }),
  },
  {
    cause: 'digest-in-another-encoding',
    truth: "The sender writes the body's digest in upper-case hex in the message.",
    count: 4,
    languages: ['java'],
    fits: (profile) => named(profile, 'digest'),
    slip: () => ({
      parts: (parts) => replaced(parts, 'digest', (digest) => digest.toString().toUpperCase()),
    }),
  },
];

const floatTime = async (at: number): Promise<string> =>
  (await ask('python', 'float-time', String(at / 1000), '0.482193')).toString();

const TIMES: readonly SlipRow[] = [
  {
    cause: 'milliseconds-for-seconds',
    truth: 'The sender writes the time in milliseconds, in the header and in the message.',
    count: 12,
    languages: ['node', 'java'],
    fits: inSeconds,
    slip: (_profile, { at }) => ({ timestamp: String(at + 371) }),
  },
  {
    cause: 'milliseconds-for-seconds',
    truth: 'The header has seconds; the message was signed with milliseconds.',
    count: 7,
    languages: ['node', 'java'],
    fits: inSeconds,
    slip: (_profile, { at }) => ({ signedTimestamp: String(at) }),
  },
  {
    cause: 'milliseconds-for-seconds',
    truth: 'The header has milliseconds; the message was signed with seconds.',
    count: 4,
    languages: ['node', 'java'],
    fits: inSeconds,
    slip: (_profile, { at }) => ({ timestamp: String(at), signedTimestamp: String(at / 1000) }),
  },
  {
    cause: 'seconds-for-milliseconds',
    truth: 'The sender writes the time in seconds; the scheme has milliseconds.',
    count: 8,
    languages: ['python', 'php', 'ruby', 'go'],
    fits: (profile) => profile.unit === 'ms',
    slip: (_profile, { at }) => ({ timestamp: String(at / 1000) }),
  },
  {
    cause: 'microseconds-for-seconds',
    truth: 'The sender writes the time in microseconds.',
    count: 4,
    languages: ['go', 'php'],
    fits: inSeconds,
    slip: (_profile, { at }) => ({ timestamp: `${at}113` }),
  },
  {
    cause: 'timestamp-computed-twice',
    truth: 'The time was asked for twice: the header has one, the message another a second later.',
    count: 8,
    fits: timed,
    slip: (profile, { at }) => ({ signedTimestamp: timestampOf(at + 1000, profile.unit) }),
  },
  {
    cause: 'timestamp-with-fraction',
    truth: 'time.time() has a fraction: it stands in the message, and the header has whole seconds.',
    count: 5,
    languages: ['python'],
    fits: inSeconds,
    slip: async (_profile, { at }) => ({ signedTimestamp: await floatTime(at) }),
  },
  {
    cause: 'timestamp-with-fraction',
    truth: 'time.time() has a fraction, in the header and in the message.',
    count: 5,
    languages: ['python'],
    fits: inSeconds,
    slip: async (_profile, { at }) => ({ timestamp: await floatTime(at) }),
  },
  {
    cause: 'timestamp-in-another-form',
    truth: 'The time is written as a date (isoformat), where the scheme has seconds.',
    count: 7,
    languages: ['python'],
    fits: inSeconds,
    slip: async (_profile, { at }) => ({
      timestamp: (await ask('python', 'iso-time', String(at / 1000))).toString(),
    }),
  },
  {
    cause: 'timestamp-in-another-form',
    truth: 'The time is written in Unix seconds, where the scheme has a date.',
    count: 3,
    fits: (profile) => profile.unit === 'rfc3339',
    slip: (_profile, { at }) => ({ timestamp: String(at / 1000) }),
  },
  {
    cause: 'timestamp-in-another-form',
    truth: 'The time is written as HTTP writes dates.',
    count: 4,
    languages: ['node'],
    fits: timed,
    slip: (_profile, { at }) => ({ timestamp: new Date(at).toUTCString() }),
  },
  {
    cause: 'timestamp-in-another-form',
    truth: 'The header has the date; the message was signed with Unix seconds.',
    count: 3,
    fits: (profile) => profile.unit === 'rfc3339',
    slip: (_profile, { at }) => ({ signedTimestamp: String(at / 1000) }),
  },
];

const url =
  (change: (url: URL, text: string) => string): SlipRow['slip'] =>
  (_profile, draft) => {
    const changed = change(new URL(draft.url), draft.url);
    return changed === draft.url ? undefined : { parts: (parts) => replaced(parts, 'url', () => changed) };
  };

const URLS: readonly SlipRow[] = [
  {
    cause: 'sender-signed-path-for-url',
    truth: 'The sender signs the path and the query, where the scheme signs the whole URL.',
    count: 6,
    fits: (profile) => named(profile, 'url'),
    slip: url(({ pathname, search }) => pathname + search),
  },
  {
    cause: 'sender-signed-url-without-query',
    truth: 'The sender signs the URL without its query.',
    count: 5,
    fits: (profile) => named(profile, 'url'),
    slip: url(({ origin, pathname }) => origin + pathname),
  },
  {
    cause: 'sender-signed-http-for-https',
    truth: 'The sender has the address as http://, and calls https://.',
    count: 5,
    fits: (profile) => named(profile, 'url'),
    slip: url((_url, address) => address.replace('https:', 'http:')),
  },
  {
    cause: 'sender-signed-slash-at-end',
    truth: "The address in the sender's settings ends with a slash; the request came without.",
    count: 5,
    fits: (profile) => named(profile, 'url'),
    slip: url(({ origin, pathname, search }) => `${origin}${pathname}/${search}`),
  },
  {
    cause: 'sender-signed-default-port',
    truth: 'The sender signs the URL with :443.',
    count: 5,
    fits: (profile) => named(profile, 'url'),
    slip: url((_url, address) => address.replace('.example/', '.example:443/')),
  },
  {
    cause: 'sender-signed-another-host',
    truth: "The sender's settings have the host of a tunnel for development.",
    count: 4,
    fits: (profile) => named(profile, 'url'),
    slip: url((_url, address) => address.replace('hooks.acme.example', '7f3a-198-51-100-7.tunnel.example')),
  },
  {
    cause: 'sender-signed-method-in-lower-case',
    truth: 'The sender signs the method in lower case.',
    count: 5,
    languages: ['node', 'ruby', 'php'],
    fits: (profile) => named(profile, 'method'),
    slip: () => ({
      parts: (parts) => replaced(parts, 'method', (method) => method.toString().toLowerCase()),
    }),
  },
  {
    cause: 'sender-signed-question-mark',
    truth: 'The sender signs the query with its question mark.',
    count: 4,
    fits: (profile) => named(profile, 'query'),
    slip: (_profile, draft) =>
      new URL(draft.url).search === ''
        ? undefined
        : { parts: (parts) => replaced(parts, 'query', (query) => `?${query}`) },
  },
  {
    cause: 'sender-signed-query-with-path',
    truth: 'The sender signs the path with the query behind it, where the scheme has them apart.',
    count: 4,
    fits: (profile) => named(profile, 'query'),
    slip: (_profile, draft) => {
      const { pathname, search } = new URL(draft.url);
      return search === ''
        ? undefined
        : { parts: (parts) => replaced(parts, 'path', () => pathname + search) };
    },
  },
  {
    cause: 'sender-signed-content-type-without-parameters',
    truth: 'The sender signs application/json; its client sends a charset behind it.',
    count: 3,
    fits: (profile) => named(profile, 'header'),
    slip: (_profile, { contentType }) =>
      contentType.includes(';')
        ? { parts: (parts) => replaced(parts, 'header', (value) => value.toString().split(';')[0] ?? '') }
        : undefined,
  },
];

export const MESSAGE_SLIPS: readonly SlipRow[] = [...ASSEMBLED, ...TIMES, ...URLS];
