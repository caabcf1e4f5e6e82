/** Messages of declared schemes: whatever template is taken signs what a plain replacement of its fields says. */
import { createHash, createHmac } from 'node:crypto';
import { createGate, HeaderList, SetupError, type SignedRequest, type Verdict } from '@countersign/core';
import { require, target } from '../target.ts';
import { textOf, verdictOf } from './gate-verdict.ts';

const NOW_S = 1_760_000_000;
const SECRET = 'a secret of thirty-two characters';
const BODY = '{"total":12}';

/** A part's value in the request. */
const VALUES: Readonly<Record<string, string>> = {
  timestamp: String(NOW_S),
  nonce: 'n0nce',
  id: 'id-1',
  method: 'POST',
  path: '/orders/%7E',
  query: 'b=2&a=1',
  'query:sorted': 'a=1&b=2',
  'query:encoded': 'a=1&b=2',
  url: 'https://api.example/orders/%7E?b=2&a=1',
  'url:decoded': 'https://api.example/orders/%7E?b=2&a=1',
  'target:escaped': '/orders/%257E?b%253D2%2526a%253D1',
  host: 'api.example',
  body: BODY,
  'body:sha256:hex': createHash('sha256').update(BODY).digest('hex'),
  'body:sha256:bytes': createHash('sha256').update(BODY).digest().toString('latin1'),
  'form:sorted': '',
  'url+form': '',
  'parameter:a': '1',
  'parameter:b:lower': '2',
  'member:total': '12',
  'member:total?:any': '12',
  'headers:x-list': 'x-a:one value;x-list:x-a,x-list',
};

const HEADERS: Readonly<Record<string, string>> = {
  host: 'api.example',
  'content-type': 'application/json',
  'x-a': 'one value',
  'x-list': 'x-a,x-list',
  'x-timestamp': String(NOW_S),
  'x-nonce': 'n0nce',
  'x-id': 'id-1',
};

export const messageTemplate = target<Verdict | SetupError>({
  about: 'a template is refused with a place in it, or signs the text that its fields are replaced in',
  words: [
    ...Object.keys(VALUES).map((name) => `{${name}}`),
    '{header:x-a}',
    '{header:x-b?}',
    '{?a:{header:x-a};?}',
    '{?b:{parameter:c};?}',
    '{member:a?}',
    '\\{',
    '\\\\',
    '\\}',
    '\n',
    '\0',
    '{timestamp}.{body}',
  ],
  // An operator's text: it is read once, at the start.
  mostBytes: 300,
  read(input) {
    const message = textOf(input);
    const gate = gateOf(message);
    return gate instanceof SetupError ? gate : verdictOf(gate, requestOf(message));
  },
  judge(input, verdict) {
    const message = textOf(input);
    if (verdict instanceof SetupError) {
      const [, place] = /^at character (\d+): /.exec(verdict.problem) ?? [];
      require(place === undefined ||
        (Number(place) >= 1 && Number(place) <= message.length + 1), 'the place is outside of the template');
      require(verdict.remedy !== '', 'it does not say what to do');
      return;
    }
    require(verdict.ok || verdict.reason !== 'signature-mismatch', 'another text is signed');
    if (verdict.ok) return;
    // Its body is neither JSON nor a form.
    const reasons = [
      'missing-part',
      'malformed-timestamp',
      ...(IN_BODY.test(message) ? ['malformed-body'] : []),
    ];
    require(reasons.includes(verdict.reason), `a genuine request is refused: ${verdict.reason}`);
  },
});

/** Parts that stand in JSON or in a form. */
const IN_BODY = /\{(?:json|member|field):/;

function gateOf(message: string) {
  const names = (name: string): boolean => message.includes(`{${name}}`);
  try {
    return createGate({
      scheme: {
        algorithm: 'hmac-sha256',
        signature: 'x-signature',
        timestamp: names('timestamp') ? 'x-timestamp' : 'none',
        ...(names('id') && { id: 'x-id' }),
        ...(names('nonce') && { nonce: 'x-nonce' }),
        message,
      },
      keys: [SECRET],
      now: () => NOW_S * 1000,
    });
  } catch (error) {
    if (error instanceof SetupError) return error;
    throw error;
  }
}

function requestOf(message: string): SignedRequest {
  const mac = createHmac('sha256', SECRET).update(replaced(message)).digest('hex');
  return {
    method: 'POST',
    url: '/orders/%7E?b=2&a=1',
    headers: new HeaderList([...Object.entries(HEADERS).flat(), 'x-signature', mac]),
    body: Buffer.from(BODY),
  };
}

/** Fields by their values, escapes by their characters: a template's own text is UTF-8, a value is bytes. */
function replaced(message: string): Buffer {
  return Buffer.from(filled(Buffer.from(message, 'utf8').toString('latin1')), 'latin1');
}

function filled(text: string): string {
  return text.replace(
    /\\(.)|\{\?(.*?)\?\}|\{([^}]*)\}/gs,
    (_match, escaped: string | undefined, group: string | undefined, field = '') => {
      if (escaped !== undefined) return escaped;
      if (group === undefined) return textOfField(field);
      const [, inner = ''] = /\{([^}]*)\}/.exec(group) ?? [];
      return textOfField(inner) === '' ? '' : filled(group);
    },
  );
}

function textOfField(field: string): string {
  const [, header] = /^header:(.*?)\??$/.exec(field) ?? [];
  if (header !== undefined) return HEADERS[header.toLowerCase()] ?? '';
  const [, list] = /^headers:(.*)$/.exec(field) ?? [];
  if (list !== undefined) return VALUES[`headers:${list.toLowerCase()}`] ?? '';
  const [, parameter] = /^parameter:(.+?)(?::lower)?$/s.exec(field) ?? [];
  if (parameter !== undefined) return { a: '1', b: '2' }[parameter] ?? '';
  const [, member] = /^member:(.+?)\??(?::any)?$/s.exec(field) ?? [];
  if (member !== undefined) return member === 'total' ? '12' : '';
  return VALUES[field] ?? '';
}
