/** The demo as a newcomer uses it: the built command, its page, the site’s grid, in a real browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { PROGRAM } from '../support.ts';
import { complaintsOf, launch, leaveOut, whyLeftOut } from './chromium.ts';

/** Starts the demo, and gives one of the addresses that it tells. */
async function startDemo(name: 'page' | 'onboard', ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, 'demo', '--json', ...args], {
    env: { PATH: process.env['PATH'], PORT: '0', ADMIN_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    const url = new RegExp(`${name}\\s+(http:\\S+)`).exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`the demo did not start: ${said.join('\n')}`);
}

it.skipIf(leaveOut)(
  `the demo’s page shows verdicts and what to do; it leads to the site, and from a menu item to the action’s page${whyLeftOut}`,
  async () => {
    const demo = await startDemo('page');
    const browser = await launch();
    onTestFinished(() => browser.close());
    const context = await browser.newContext();
    const complaints = complaintsOf(context);
    const page = await context.newPage();
    await page.goto(demo);
    const refused = page.getByRole('row').filter({ hasText: 'one bit of the body changed on the way' });
    await refused
      .filter({ hasText: '✗ 401 signature-mismatch' })
      .getByText('→ The key differs')
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'A site’s grid' }).click();

    await page.getByRole('row', { name: 'gun_020_anim_v011' }).click({ button: 'right' });
    const opened = context.waitForEvent('page');
    await page.getByRole('menuitem', { name: 'Show selection new tab' }).click();
    await (await opened).getByRole('cell', { name: '904' }).waitFor();

    // Another row: two equal picks in one second count as one.
    await page.getByRole('row', { name: 'gun_040_anim_v002' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show selection here' }).click();
    await page.locator('iframe').contentFrame().getByRole('cell', { name: '926' }).waitFor();
    expect(complaints).toEqual([]);
  },
);

/** Loopback, which no phone reaches, and this machine’s address in its network, where it has one. */
const HOSTS = [
  { where: 'on loopback', args: [], hasCode: false },
  ...Object.values(networkInterfaces())
    .flatMap((list = []) => list)
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .slice(0, 1)
    .map(({ address }) => ({ where: 'in a network', args: ['--host', address], hasCode: true })),
];

it.skipIf(leaveOut).each(HOSTS)(
  `$where: a front end that holds no key starts an onboarding, and hears when it is finished; it shows a code where a phone can use it${whyLeftOut}`,
  async ({ args, hasCode }) => {
    const demo = await startDemo('onboard', ...args);
    const browser = await launch();
    onTestFinished(() => browser.close());
    const context = await browser.newContext();
    const complaints = complaintsOf(context);
    const page = await context.newPage();
    await page.goto(demo);
    await page.getByRole('button', { name: 'Start onboarding' }).click();
    await page.getByText('Waiting for the onboarding').waitFor();
    expect(await page.getByRole('img', { name: /QR code/ }).isVisible()).toBe(hasCode);
    expect(await page.getByText('There is no code to scan').isVisible()).toBe(!hasCode);

    // The phone.
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Open the onboarding here' }).click();
    const phone = await opened;
    await phone.getByRole('button', { name: 'Finish onboarding' }).click();
    await phone.getByRole('heading', { name: 'Thank you' }).waitFor();

    await page.getByText('The onboarding is finished.').waitFor();
    expect(complaints).toEqual([]);
  },
);
