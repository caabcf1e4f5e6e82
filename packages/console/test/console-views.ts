/** Every view of the console that shows what somebody else wrote, and every dialog, by route: what is tried on all of them goes through these. */
import type { Page } from 'playwright-core';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { HOSTILE_USER, type HostileWorld, WAYS } from './hostile-world.ts';

const ALL = Object.values(HOSTILE_TEXTS).join(' ');

/** Where something has to be done before it shows. */
export type Act = (page: Page) => Promise<void>;

export interface View {
  readonly address: string;
  readonly act?: Act;
}

/** Runs the action that answers with all texts, in each way of answering. */
export function runAction(way: string): View {
  return {
    address: '/actions/answers/say',
    async act(page) {
      await page.getByRole('button', { name: 'JSON', exact: true }).click();
      await page.getByLabel('Input as JSON').fill(JSON.stringify({ way }));
      const result = page.getByRole('region', { name: 'Result' });
      // The result of the call before stands there until this one is under way.
      const answered = page.waitForResponse(
        (response) => response.request().method() === 'POST' && response.url().includes('/api/'),
      );
      await page.getByRole('button', { name: 'Run it' }).click();
      await answered;
      await result.getByText(/^status \d+/).waitFor();
      await result.locator('details').evaluateAll((all) => {
        for (const details of all) details.setAttribute('open', '');
      });
    },
  };
}

const encode = encodeURIComponent;

function requestViews(ids: readonly string[], tabs: readonly string[]): readonly View[] {
  return ids.flatMap((id) => tabs.map((tab) => ({ address: `/requests/${encode(id)}?tab=${tab}` })));
}

const FORMS = ['body&form=text', 'body&form=json', 'body&form=hex'];

/** Each route of the console, with the views that show what somebody else wrote. */
export const VIEWS_BY_ROUTE: Readonly<Record<string, (world: HostileWorld) => readonly View[]>> = {
  '/live': () => [{ address: '/live' }, { address: '/live?show=refused' }],
  '/requests/$id': ({ events, refused }) => [
    ...requestViews(events, ['body&form=text']),
    ...requestViews(
      [...events.slice(0, 2), ...refused.slice(0, 2)],
      [...FORMS, 'headers', 'deliveries', 'claim'],
    ),
  ],
  '/events': () => [
    { address: '/events' },
    { address: '/events?show=refused' },
    { address: `/events?q=${encode('img')}` },
  ],
  '/catalogue': () => [{ address: '/catalogue' }],
  '/catalogue/$provider': () => [
    { address: '/catalogue/github?tab=overview' },
    {
      address: '/catalogue/github',
      async act(page) {
        await page.getByRole('button', { name: 'Paste a request' }).click();
        await page
          .getByLabel('curl, raw HTTP')
          .fill(
            `POST /x HTTP/1.1\nHost: a.example\nX-Hub-Signature-256: sha256=00\nX-Evil: ${ALL.slice(0, 900).replaceAll(/\s/g, ' ')}\n\n${ALL.slice(0, 9_000)}`,
          );
        await page.getByRole('button', { name: 'Use it' }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      },
    },
    {
      address: '/catalogue/declared',
      async act(page) {
        await page
          .getByLabel('Scheme (YAML or JSON)')
          .fill(`{ algorithm: ${JSON.stringify(ALL.slice(0, 2_000))} }`);
      },
    },
  ],
  '/actions': () => [{ address: '/actions' }],
  '/actions/$gate/$action': () => [
    { address: '/actions/answers/say' },
    ...[...WAYS, ALL.slice(0, 500)].map(runAction),
    { address: '/actions/answers/say?tab=runs' },
    { address: '/actions/answers/say?tab=about' },
  ],
  '/actions/$gate': () => [{ address: '/actions/chat' }, { address: '/actions/chat?prune=yes' }],
  '/sessions': () => [{ address: '/sessions' }],
  '/issues': () => [{ address: '/issues' }, { address: '/issues?state=acknowledged' }],
  '/issues/$id': ({ issues }) => issues.map((id) => ({ address: `/issues/${id}` })),
  '/deliveries': () => [{ address: '/deliveries' }, { address: '/deliveries?destination=shaped' }],
  '/deliveries/$event/$destination': ({ events }) =>
    events.flatMap((event, i) => [
      { address: `/deliveries/${encode(event)}/shop` },
      ...(i < 3 ? [{ address: `/deliveries/${encode(event)}/shaped?sent=shown` }] : []),
    ]),
  '/destinations': ({ events }) => [
    { address: '/destinations' },
    ...events.slice(0, 1).map((event) => ({ address: `/destinations?try=shaped&event=${encode(event)}` })),
    ...events.slice(0, 1).map((event) => ({ address: `/destinations?try=taking&event=${encode(event)}` })),
  ],
  '/gates': () => [{ address: '/gates' }],
  '/gates/$gate': ({ keyIds }) => [
    { address: '/gates/github' },
    { address: '/gates/answers?tab=keys' },
    { address: '/gates/github?tab=keys' },
    ...keyIds.flatMap((id, i) => [
      { address: `/gates/github?tab=keys&rotate=${encode(id)}` },
      ...['watch', 'retire', 'revoke'].map((step) => ({
        address: `/gates/github?tab=keys&rotate=${encode(id)}&with=${encode(keyIds[i - 1] ?? 'old')}&step=${step}`,
      })),
    ]),
    {
      address: '/gates/github?tab=keys',
      async act(page) {
        await page
          .locator('.keys-table')
          .getByRole('button', { name: /^Change/ })
          .nth(3)
          .click();
        await page.getByRole('dialog').waitFor();
      },
    },
    { address: '/gates/github?tab=set-up' },
    { address: '/gates/handed?tab=keys' },
    ...['', '?tab=keys', '?tab=set-up'].map((tab) => ({ address: `/gates/awaited${tab}` })),
    {
      address: '/gates/github?tab=explain',
      async act(page) {
        await page
          .getByLabel('The request')
          .fill(`POST /webhooks/github HTTP/1.1\nHost: a.example\n\n${ALL.slice(0, 9_000)}`);
        await page.getByRole('button', { name: 'Explain', exact: true }).click();
        await page.getByText('would be refused').waitFor();
      },
    },
    {
      address: '/gates/github?tab=explain',
      async act(page) {
        await page.getByLabel('The request').fill(ALL.slice(0, 9_000));
        await page.getByRole('button', { name: 'Explain', exact: true }).click();
        await page.getByRole('alert').first().waitFor();
      },
    },
  ],
  '/settings': ({ spoilFile }) => [
    { address: '/settings?defaults=yes' },
    { address: '/settings?section=gates.github' },
    { address: '/settings?tab=access' },
    { address: '/settings?tab=store' },
    { address: '/settings?tab=about' },
    {
      address: '/settings',
      async act(page) {
        spoilFile();
        await page.getByRole('button', { name: 'Compare with the file' }).click();
        await page.getByRole('row').filter({ hasText: 'gates.another' }).first().waitFor();
      },
    },
    {
      address: '/settings',
      async act(page) {
        const gates = Object.fromEntries(
          Object.values(HOSTILE_TEXTS).map((text) => [
            text,
            { path: text, provider: text, keys: [{ id: text }] },
          ]),
        );
        const file = { gates, store: ALL.slice(0, 500), [ALL.slice(0, 200)]: 1 };
        await page.getByLabel('Configuration (YAML or JSON)').fill(JSON.stringify(file).slice(0, 60_000));
        await page.getByRole('button', { name: 'Validate' }).click();
        await page.getByText('The configuration is not valid.').first().waitFor();
      },
    },
    {
      address: '/settings?tab=store',
      async act(page) {
        await page.getByLabel('File on the gateway’s machine').fill(`/no-such/${ALL.slice(0, 300)}`);
        await page.getByRole('button', { name: 'Back up' }).click();
        await page.getByRole('alert').first().waitFor();
      },
    },
  ],
  '/audit': () => [
    { address: '/audit' },
    {
      address: '/audit?route=addKey',
      async act(page) {
        await page.locator('.audit-row').filter({ hasText: 'addKey' }).first().click();
        await page.getByRole('dialog').waitFor();
      },
    },
    { address: `/audit?who=${encode(HOSTILE_USER)}` },
  ],
};

/** Presses a button, and waits for its dialog. */
function opensDialog(address: string, name: string): View {
  return {
    address,
    async act(page) {
      await page.getByRole('button', { name, exact: true }).first().click();
      await page.getByRole('dialog').waitFor();
    },
  };
}

function pressesKey(key: string): View {
  return {
    address: '/live',
    async act(page) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
    },
  };
}

/** Every dialog, open. */
export function dialogsOf({ events, refused, issues, keyIds, spoilFile }: HostileWorld): readonly View[] {
  const [event = '', request = '', issue = ''] = [events[0], refused[0], issues[0]];
  const delivery = `/deliveries/${encode(event)}/shop`;
  return [
    pressesKey('Control+k'),
    pressesKey('?'),
    opensDialog('/actions', 'Save this view'),
    opensDialog(`/requests/${encode(request)}`, 'Send again, signed now'),
    opensDialog(`/requests/${encode(event)}?tab=deliveries`, 'Deliver again'),
    opensDialog(`/requests/${encode(event)}?tab=claim`, 'Forget it'),
    opensDialog(`/issues/${issue}`, 'Change the note …'),
    opensDialog(`/issues/${issue}`, 'Close …'),
    opensDialog('/deliveries', 'Redrive …'),
    opensDialog(delivery, 'Redrive'),
    opensDialog(delivery, 'Send to another destination …'),
    opensDialog('/destinations', 'Pause …'),
    opensDialog('/destinations', 'Mute …'),
    opensDialog(
      `/gates/github?tab=keys&rotate=${encode(keyIds[0] ?? '')}&with=old&step=revoke`,
      `Revoke ${keyIds[0] ?? ''}`,
    ),
    opensDialog('/gates/awaited?tab=keys', 'Open for a key …'),
    opensDialog('/gates/handed?tab=keys', 'Show the key …'),
    opensDialog('/actions/chat', 'Push this plan'),
    {
      address: '/settings',
      async act(page) {
        spoilFile();
        await page.getByRole('button', { name: 'Compare with the file' }).click();
        await page.getByRole('button', { name: 'Reload', exact: true }).click();
        await page.getByRole('dialog').waitFor();
      },
    },
    opensDialog('/catalogue/github', 'Paste a request'),
  ];
}
