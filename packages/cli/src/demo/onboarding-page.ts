/**
 * A front end as somebody would write it for the session broker: it starts an onboarding, shows its address as a QR
 * code for the phone, and asks how it stands. It sees `/onboarding-url` and `/onboarding-status` and no key.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface OnboardingPage {
  /** E.g. `http://127.0.0.1:40001`; the broker must have it on its list of origins. */
  readonly url: string;
  /** Says where the broker's routes are; until then the page says that it is not ready. */
  connect(sessionsUrl: string): void;
  close(): Promise<void>;
}

/** Listens on a loopback port that the system chooses. */
export async function startOnboardingPage(): Promise<OnboardingPage> {
  let sessionsUrl: string | undefined;
  const server = createServer(({ url = '' }, response) => {
    const [path = ''] = url.split('?');
    const file = sessionsUrl === undefined ? undefined : fileOf(path, sessionsUrl);
    if (file === undefined) return void response.writeHead(sessionsUrl === undefined ? 503 : 404).end();
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      'img-src data:',
      `connect-src ${new URL(sessionsUrl ?? '').origin}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ];
    response.writeHead(200, {
      'content-type': `${file.type}; charset=utf-8`,
      'content-security-policy': policy.join('; '),
      'cache-control': 'no-store',
    });
    response.end(file.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connect: (url) => {
      sessionsUrl = url;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface PageFile {
  readonly type: string;
  readonly text: string;
}

function fileOf(path: string, sessionsUrl: string): PageFile | undefined {
  switch (path) {
    case '/':
      return { type: 'text/html', text: PAGE };
    case '/done':
      return { type: 'text/html', text: DONE };
    case '/page.css':
      return { type: 'text/css', text: STYLE };
    case '/page.js':
      return { type: 'text/javascript', text: `const sessions = ${JSON.stringify(sessionsUrl)};\n${SCRIPT}` };
    case '/lean-qr.js':
      return { type: 'text/javascript', text: readFileSync(QR_MODULE, 'utf8') };
    default:
      return undefined;
  }
}

const QR_MODULE = fileURLToPath(import.meta.resolve('lean-qr'));

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:32rem;padding:0 1rem;color-scheme:light dark}
button{font:inherit;padding:.5rem 1rem}
canvas{display:block;width:16rem;height:16rem;margin:1rem 0;image-rendering:pixelated;background:#fff;padding:1rem}
[hidden]{display:none}`;

const HEAD = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">`;

const PAGE = `${HEAD}
<title>Onboarding</title>
<h1>Onboarding</h1>
<p>This page holds no key: the gateway's session broker does.</p>
<button id="start">Start onboarding</button>
<section id="onboarding" hidden>
<p>Scan this with your phone, or <a id="link" target="_blank" rel="noopener">open it here</a>.</p>
<canvas id="code" role="img" aria-label="QR code of the onboarding’s address"></canvas>
</section>
<p id="status" role="status"></p>
<script type="module" src="/page.js"></script>
</html>
`;

const DONE = `${HEAD}
<title>Done</title>
<h1>Thank you</h1>
<p>You can close this page and go back to the first one.</p>
</html>
`;

const SCRIPT = `import { generate } from '/lean-qr.js';

const find = (id) => document.getElementById(id);
const say = (text) => { find('status').textContent = text; };
const ask = async (path) => {
  const answer = await fetch(sessions + path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? 'the gateway answered ' + answer.status);
  return body;
};
const words = { ONBOARDING_FINISHED: 'The onboarding is finished.' };

async function watch(interviewId) {
  for (;;) {
    const { onboardingStatus } = await ask('/onboarding-status?interviewId=' + encodeURIComponent(interviewId));
    say(words[onboardingStatus] ?? 'Waiting for the phone …');
    if (onboardingStatus === 'ONBOARDING_FINISHED') return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

find('start').addEventListener('click', async () => {
  find('start').disabled = true;
  try {
    const { url, interviewId } = await ask('/onboarding-url?redirectUrl=' + encodeURIComponent(location.origin + '/done'));
    find('link').href = url;
    generate(url).toCanvas(find('code'));
    find('onboarding').hidden = false;
    await watch(interviewId);
  } catch (error) {
    say('That did not work: ' + error.message);
  } finally {
    find('start').disabled = false;
  }
});
`;
