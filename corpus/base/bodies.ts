/** Bodies of the other kinds: forms, multipart, text. */
import { pick, word } from './draw.ts';
import { jsonBody } from './json-bodies.ts';
import type { BodyKind } from './wire.ts';

const FIELDS: readonly (readonly (readonly [string, string])[])[] = [
  [
    ['token', 'x7Yq'],
    ['team_id', 'T0001'],
    ['team_domain', 'example'],
    ['command', '/weather'],
    ['text', '94070 & more +1'],
    ['user_name', 'Zoë'],
    ['response_url', 'https://hooks.example/commands/1234/5678'],
    ['trigger_id', '13345224609.738474920.8088930838d88f008e0'],
  ],
  [
    ['MessageSid', 'SM0000000000000000000000000000test'],
    ['From', '+15550100'],
    ['To', '+15550199'],
    ['Body', 'Ja, 10 % – bis später! ☕'],
    ['NumMedia', '0'],
    ['FromCity', ''],
    ['ApiVersion', '2010-04-01'],
  ],
  [['payload', '{"type":"block_actions","user":{"id":"U1","name":"josé"},"actions":[{"value":"a/b"}]}']],
  [
    ['order', '1001'],
    ['items[]', 'A-1'],
    ['items[]', 'B 2'],
    ['address[street]', 'Straße 5'],
    ['address[city]', 'Köln'],
    ['note', 'a*b~c (d)!'],
    ['empty', ''],
  ],
  [
    ['subject', 'Re: naïve question'],
    ['from', 'Anna <anna@mail.example>'],
    ['attachments', '0'],
    ['spam.score', '0.10'],
    ['body-plain', 'Hello\r\nthere'],
  ],
];

/** As browsers do: `+` for a blank; or as others do: `%20`. */
function formBody(label: string): Buffer {
  const fields = pick(`${label}/fields`, FIELDS).map(
    ([name, value]) => [name, name === 'order' || name === 'token' ? word(label, 8) : value] as const,
  );
  const text = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();
  return Buffer.from(
    pick(`${label}/blank`, [
      text,
      text,
      text.replaceAll('+', '%20'),
      text.replaceAll('%5B', '[').replaceAll('%5D', ']'),
    ]),
  );
}

function boundaryOf(label: string): string {
  return `----WebKitFormBoundary${word(`${label}/boundary`, 16)}`;
}

function multipartBody(label: string): Buffer {
  const boundary = boundaryOf(label);
  const parts = [
    `content-disposition: form-data; name="event"\r\n\r\n${jsonBody(`${label}/part`, 'compact')}`,
    `content-disposition: form-data; name="title"\r\n\r\nPrüfung <1> & 2`,
    `content-disposition: form-data; name="file"; filename="report.csv"\r\ncontent-type: text/csv\r\n\r\na;b;c\n1;2,5;x\n${word(label, 40)}\n`,
  ].map((part) => part.replace(/^content-d/, 'Content-D'));
  return Buffer.from(`${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`);
}

function textBody(label: string): Buffer {
  return Buffer.from(
    pick(`${label}/text`, [
      `Order ${word(label, 6)}\r\n\r\nDear Zoë,\r\n\tplease ship 2 × A-1 to Köln.\r\n-- \r\nAnna\r\n`,
      `id;name;price\n1;Café crème;2.50\n2;Straße;3.00\n3;${word(label, 12)};0.10\n`,
      `<?xml version="1.0" encoding="UTF-8"?>\n<order id="${word(label, 6)}">\n  <buyer>José &amp; Söhne</buyer>\n  <total>19.90</total>\n</order>\n`,
    ]),
  );
}

export function bodyOf(
  label: string,
  kind: BodyKind,
): { readonly body: Buffer; readonly contentType: string } {
  switch (kind) {
    case 'json':
      return {
        body: jsonBody(label),
        contentType: pick(`${label}/type`, [
          'application/json',
          'application/json',
          'application/json; charset=utf-8',
        ]),
      };
    case 'form':
      return { body: formBody(label), contentType: 'application/x-www-form-urlencoded' };
    case 'multipart':
      return {
        body: multipartBody(label),
        contentType: `multipart/form-data; boundary=${boundaryOf(label)}`,
      };
    case 'text': {
      const body = textBody(label);
      return {
        body,
        contentType:
          body.subarray(0, 5).toString() === '<?xml' ? 'application/xml' : 'text/plain; charset=utf-8',
      };
    }
    case 'none':
      return { body: Buffer.alloc(0), contentType: '' };
  }
}
