/** Prevents: one mistake that is told as two, since two changes of a request or gate make the message that was signed. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate } from '../../src/index.ts';

const SECRET = 'the-shared-secret-of-this-gate';
const gate = createGate({ provider: 'twilio', keys: [SECRET] });

/** What is found of a request whose sender signed another URL. */
async function idsOf(signedUrl: string): Promise<readonly string[]> {
  const signature = createHmac('sha1', SECRET).update(`${signedUrl}Bodyhi`).digest('base64');
  const headers = {
    host: 'hooks.example',
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature,
  };
  const request = { method: 'POST', url: '/in', headers, body: 'Body=hi' };
  const { findings } = await explain(request, gate, { budgetMs: 10_000 });
  return findings.map(({ id }) => id);
}

it('a URL of http is not told as one with a port too', async () => {
  expect(await idsOf('http://hooks.example/in')).toEqual(['place-scheme-http']);
});

it('a slash that was cut off is not told as a message with a slash too', async () => {
  expect(await idsOf('https://hooks.example/in/')).toEqual(['place-slash-cut']);
});

it('what is refused once a mistake is undone is said with it', async () => {
  const hmac = createGate({ provider: 'hmac', keys: [SECRET], now: () => 1_760_000_010_000 });
  const signature = createHmac('sha256', SECRET).update('1750000000.{}\n').digest('hex');
  const request = {
    method: 'POST',
    url: '/in',
    headers: { 'x-timestamp': '1750000000', 'x-signature': signature },
    body: '{}',
  };
  const { findings } = await explain(request, hmac, { budgetMs: 10_000 });
  expect(findings).toMatchObject([
    {
      id: 'body-newline-cut',
      sentence: expect.stringMatching(
        /\. After that it is refused at step fresh: the request is 116 days old; at most 5 min are allowed\.$/,
      ),
      mend: expect.stringContaining(' The request is old: '),
    },
  ]);
});
