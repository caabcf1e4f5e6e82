/** The catalogue and its playground in a real browser: every provider signs and verifies there, and a changed byte is refused. */
import { providers } from '@countersign/core';
import { tokenRecipe } from '@countersign/core/internal/signing-recipe';
import { expect, it } from 'vitest';
import { leftOutReason, someOf } from '../../../scripts/effort.ts';
import { keylessGate } from '../src/catalogue/proof-facts.ts';
import { startTarget } from '../src/catalogue/sign-bench.ts';
import {
  expectNoSidewaysScroll,
  go,
  leaveOut,
  openConsole,
  startBrowser,
  startConsole,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';

/** A hash of the body is signed, of which each letter may be another one. */
const OF_HASHES = ['aws-sigv4', 'messagebird-legacy'];

/** Each in a load of its own; a short run tries the first. */
const SHARES = [0, 1, 2, 3];

/** What a changed byte of the body comes to, as far as the provider's proof covers it. */
function outcomeOfChange(id: string): { readonly says: string; readonly showsMessage: boolean } {
  const { scheme, coverage } = keylessGate(startTarget(id));
  if (!coverage.covered.includes('body'))
    return { says: 'The proof does not cover the body', showsMessage: false };
  return (tokenRecipe(scheme)?.bound.length ?? 0) > 0
    ? { says: 'binding-mismatch', showsMessage: false }
    : { says: 'signature-mismatch', showsMessage: true };
}

for (const share of SHARES) {
  const isLater = !someOf(SHARES, SHARES.length).includes(share);
  it.skipIf(leaveOut || isLater)(
    `every provider signs and verifies in one load of the page, and a changed byte is refused at the compare: part ${share + 1} of ${SHARES.length}${isLater ? leftOutReason : whyLeftOut}`,
    { timeout: 240_000 },
    async () => {
      const gateway = await startConsole();
      const browser = await startBrowser();
      const { page, context, complaints } = await openConsole(browser, gateway, '/catalogue');
      const asked: string[] = [];
      context.on('request', (request) => asked.push(request.url()));
      for (const { id, title } of providers.filter((_, at) => at % SHARES.length === share)) {
        await go(page, `/catalogue/${id}`);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
        const verdict = page.getByRole('status').filter({ has: page.locator('.badge') });
        await verdict.getByText('accepted', { exact: true }).waitFor();
        const key = await page.locator('.secret-text').inputValue();
        expect(key.length, id).toBeGreaterThan(16);

        await page.getByRole('button', { name: 'Change a character of the proof' }).click();
        await verdict.getByText('signature-mismatch').waitFor();
        expect(await verdict.textContent(), id).toContain('at compare');
        await page.getByRole('button', { name: 'Sign', exact: true }).click();
        await verdict.getByText('accepted', { exact: true }).waitFor();

        await page.getByRole('button', { name: 'Change a byte of the body' }).click();
        const { says, showsMessage } = outcomeOfChange(id);
        await verdict.getByText(says).waitFor();
        if (showsMessage) {
          await page.getByRole('heading', { name: 'What was signed, and what arrived' }).waitFor();
          const changes = await page.locator('.byte-diff del').count();
          if (OF_HASHES.includes(id)) expect(changes, id).toBeGreaterThan(0);
          else expect(changes, id).toBe(1);
        }
        expect(page.url(), id).not.toContain(encodeURIComponent(key.slice(0, 16)));
        const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
        expect(stored, id).not.toContain(key.slice(0, 16));
      }
      // Whatever was loaded meanwhile is of the console's own listener, and nothing was sent there but what its pages ask anyway.
      const origin = new URL(gateway.adminUrl ?? '').origin;
      expect(asked.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );
}

it.skipIf(leaveOut)(
  `a search leads to a declared sender, whose scheme is changed and tried; a request is pasted and explained${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/catalogue');
    await page.keyboard.press('/');
    await page.keyboard.type('heroku hmac-sha256');
    await page.getByRole('option').filter({ hasText: 'Heroku app webhooks' }).click();
    await page.getByRole('heading', { level: 1, name: 'Heroku app webhooks' }).waitFor();
    const verdict = page.getByRole('status').filter({ has: page.locator('.badge') });
    await verdict.getByText('accepted', { exact: true }).waitFor();
    const scheme = page.getByLabel('Scheme (YAML or JSON)');
    await scheme.fill((await scheme.inputValue()).replace('encoding: base64', 'encoding: hex'));
    await verdict.getByText('malformed-signature').waitFor();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await verdict.getByText('accepted', { exact: true }).waitFor();
    await scheme.fill('algorithm: [');
    await page.getByText('neither YAML nor JSON').waitFor();

    await go(page, '/catalogue/github');
    await page.getByRole('heading', { level: 1, name: 'GitHub webhooks' }).waitFor();
    await page.getByRole('button', { name: 'Paste a request' }).click();
    const pasted = page.getByLabel('curl, raw HTTP');
    await pasted.fill('<img src=x onerror=alert(1)>');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await pasted.fill(
      `curl https://hooks.example/in -H 'x-hub-signature-256: sha256=${'0'.repeat(64)}' -H 'x-note: <script>alert(1)</script>' --data-raw '<b>hello</b>'`,
    );
    await page.getByRole('button', { name: 'Use it' }).click();
    await verdict.getByText('signature-mismatch').waitFor();
    await page.getByLabel('The signed message').getByText('<b>hello</b>').waitFor();
    expect(await page.locator('main b', { hasText: 'hello' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut).each(['light', 'dark'] as const)(
  `%s: the catalogue’s pages are accessible, and no wider than a telephone${whyLeftOut}`,
  { timeout: 120_000 },
  async (theme) => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page } = await openConsole(browser, gateway, '/catalogue', { theme, bypassCSP: true });
    for (const path of [
      '/catalogue',
      '/catalogue/stripe',
      '/catalogue/http-message-signatures?tab=overview',
      '/catalogue/approov?tab=set-up',
      '/catalogue/declared',
      '/catalogue/none-such',
    ]) {
      await go(page, path);
      await page.waitForTimeout(0);
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (/stripe|declared/.test(path)) {
        await page.getByRole('button', { name: 'Change a byte of the body' }).click();
        await page.getByRole('heading', { name: 'What was signed, and what arrived' }).waitFor();
      }
      expect(await violationsOf(page), path).toEqual([]);
      await page.setViewportSize({ width: 360, height: 780 });
      await expectNoSidewaysScroll(page);
      await page.setViewportSize({ width: 1280, height: 800 });
    }
  },
);
