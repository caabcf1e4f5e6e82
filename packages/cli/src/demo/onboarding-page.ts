/**
 * A front end as somebody would write it for the session broker: it starts an onboarding, shows its address as a QR
 * code for the phone, and asks how it stands. It sees `/onboarding-url` and `/onboarding-status` and no key.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markup, PAGE_STYLE, page, startServer } from '@countersign/sandbox/pages';

export interface OnboardingPage {
  /** E.g. `http://127.0.0.1:40001`; the broker must have it on its list of origins. */
  readonly url: string;
  /** Says where the broker's routes are; until then the page says that it is not ready. */
  connect(sessionsUrl: string): void;
  close(): Promise<void>;
}

/**
 * Listens on a port that the system chooses.
 * @param host an IP address of this machine. Default: loopback.
 */
export async function startOnboardingPage(host?: string): Promise<OnboardingPage> {
  let sessionsUrl: string | undefined;
  const server = await startServer(
    ({ url = '' }, response) => {
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
    },
    0,
    host,
  );
  return {
    url: server.origin,
    connect: (url) => {
      sessionsUrl = url;
    },
    close: () => server.close(),
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

const STYLE = `${PAGE_STYLE}
canvas{display:block;width:16rem;height:16rem;margin:1rem 0;image-rendering:pixelated;border-radius:6px}`;

const FRAME = { owner: 'Front end', mark: 'demo', isNarrow: true, stylePath: '/page.css' };

const PAGE = page(
  { ...FRAME, title: 'Onboarding', head: markup`<script type="module" src="/page.js"></script>` },
  markup`<h1>Onboarding</h1>
<p>This page holds no key: the gateway’s session broker does.</p>
<p><button id="start">Start onboarding</button></p>
<section id="onboarding" hidden>
<p><a id="link" target="_blank" rel="noopener">Open the onboarding here</a><span id="or-scan">, or scan this with your phone:</span></p>
<canvas id="code" role="img" aria-label="QR code of the onboarding’s address"></canvas>
<p id="no-code" hidden>There is no code to scan, since nothing here is bound to an address that a phone can reach. To have one: <code>countersign demo --host ADDRESS</code>, with this machine’s address in your network.</p>
</section>
<p id="status" role="status"></p>`,
).text;

const DONE = page(
  { ...FRAME, title: 'Done' },
  markup`<h1>Thank you</h1>
<p>You can close this page and go back to the first one.</p>`,
).text;

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
    say(words[onboardingStatus] ?? 'Waiting for the onboarding to be finished …');
    if (onboardingStatus === 'ONBOARDING_FINISHED') return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

find('start').addEventListener('click', async () => {
  find('start').disabled = true;
  try {
    const { url, interviewId } = await ask('/onboarding-url?redirectUrl=' + encodeURIComponent(location.origin + '/done'));
    find('link').href = url;
    // A phone's loopback is the phone.
    const isReachable = !/^(localhost|127\\..*|\\[::1\\])$/.test(new URL(url).hostname);
    if (isReachable) generate(url).toCanvas(find('code'));
    find('code').hidden = find('or-scan').hidden = !isReachable;
    find('no-code').hidden = isReachable;
    find('onboarding').hidden = false;
    await watch(interviewId);
  } catch (error) {
    say('That did not work: ' + error.message);
  } finally {
    find('start').disabled = false;
  }
});
`;
