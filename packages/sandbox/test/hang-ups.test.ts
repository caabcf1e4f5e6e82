/** Senders who hang up on the simulated platforms: an error that nobody hears would end this process. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLong } from '../../../scripts/effort.ts';
import { createRandom } from '../../gateway/test/soak/random.ts';
import { doAs, WAY_NAMES } from '../../gateway/test/soak/ways.ts';
import { startFlowentPlatform, startIncodePlatform, startSite } from '../src/index.ts';

const DELAYS_MS = isLong ? [0, 3, 20] : [3];

/** Does to a server whatever a sender can do with this request. */
async function hangUpOn(url: string, line: string, body = ''): Promise<void> {
  const { port } = new URL(url);
  const random = createRandom(1);
  const fields = body === '' ? '' : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  const request = {
    head: `${line} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${fields}`,
    body: Buffer.from(body),
  };
  for (const delayMs of DELAYS_MS)
    await Promise.all(WAY_NAMES.map((way) => doAs(way, { port: Number(port), request, delayMs, random })));
}

describe('a sender who hangs up', () => {
  it('does not end the Flowent platform', async () => {
    const platform = await startFlowentPlatform();
    onTestFinished(() => platform.close());
    await hangUpOn(platform.baseUrl, 'POST /api/v1/gateway/token/exchange', '{"api_key": "x"}');
    expect((await fetch(`${platform.baseUrl}/actions`)).status).toBe(401);
  });

  it('does not end the Incode platform', async () => {
    const platform = await startIncodePlatform();
    onTestFinished(() => platform.close());
    await hangUpOn(platform.apiUrl, 'POST /omni/start', '{"configurationId": "x"}');
    await hangUpOn(platform.apiUrl, 'POST /onboarding/x');
    expect((await fetch(`${platform.apiUrl}/onboarding/x`)).status).toBe(404);
  });

  it('does not end the Flow Production Tracking site', async () => {
    const url = 'http://127.0.0.1:9/review';
    const site = await startSite({
      items: [{ id: 'review', title: 'Review', url, secret: 's', opens: 'tab' }],
    });
    onTestFinished(() => site.close());
    await hangUpOn(site.url, `POST /pick`, 'page=1');
    await hangUpOn(site.url, 'GET /');
    expect((await fetch(site.url)).status).toBe(200);
  });
});

describe('an onboarding', () => {
  it('leads on to a URL whose letters no header can hold', async () => {
    const platform = await startIncodePlatform();
    onTestFinished(() => platform.close());
    const { apiKey, flowId, apiUrl } = platform;
    const call = (path: string, init: RequestInit): Promise<Response> => fetch(apiUrl + path, init);
    const headers = { 'api-version': '1.0', 'x-api-key': apiKey, 'content-type': 'application/json' };
    const body = JSON.stringify({
      configurationId: flowId,
      countryCode: 'ALL',
      language: 'en-US',
      redirectionUrl: 'https://page.example/готово\n?a',
    });
    const { token } = (await (await call('/omni/start', { method: 'POST', headers, body })).json()) as {
      readonly token: string;
    };
    const page = await call(`/0/omni/onboarding-url?clientId=${platform.clientId}`, {
      headers: { ...headers, 'x-incode-hardware-id': token },
    });
    const { url } = (await page.json()) as { readonly url: string };
    const finished = await fetch(url, { method: 'POST', redirect: 'manual' });
    expect(finished.headers.get('location')).toBe(
      'https://page.example/%D0%B3%D0%BE%D1%82%D0%BE%D0%B2%D0%BE?a',
    );
  });
});
