/**
 * Handlers by the names of events, typed by what vendors publish: the compiler judges them, and each is sent signed requests. GitHub does not sign the type
 * of an event: every body that Octokit publishes is sent under its own type and under all others.
 */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ProviderChoice } from '@countersign/core';
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';
import { signedRequest } from '@countersign/core/testing';
import type { Row } from '../table.ts';
import { ofOctokit, ofOpenApi } from './github.ts';
import { ofSlack } from './slack.ts';
import { ofStripe } from './stripe.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIBRARY = 'typed events';
const SECRET = 'a secret of thirty-two characters';

interface Example {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

/** Types whose bodies have the same members: their actions differ, so that no name with an action runs for another’s. */
const SAME_MEMBERS = new Set([
  'repository as branch_protection_configuration',
  'repository as watch',
  'watch as branch_protection_configuration',
  'watch as repository',
]);

export async function runEvents(): Promise<readonly Row[]> {
  const examples = published();
  return [
    compiled(),
    await heard('@octokit/webhooks-types', ofOctokit, 'github', [
      [
        bodyOf(examples, 'issues', 'opened'),
        'issues',
        ['issues.opened: Spelling error in the README file', 'true'],
      ],
      [bodyOf(examples, 'push'), 'push', ['push: refs/tags/simple-tag', 'true']],
      [bodyOf(examples, 'star', 'created'), 'star', ['star: 2019-05-15T15:20:40Z']],
      [bodyOf(examples, 'fork'), 'fork', ['otherwise: fork']],
    ]),
    await heard('@octokit/openapi-webhooks-types', ofOpenApi, 'github', [
      [bodyOf(examples, 'issues', 'opened'), 'issues', ['Spelling error in the README file', 'true']],
    ]),
    await heard('stripe', ofStripe, 'stripe', [
      [{ type: 'invoice.paid', data: { object: { amount_paid: 5 } } }, undefined, ['paid: 5', 'true']],
      [{ type: 'payout.paid' }, undefined, ['otherwise: payout.paid']],
    ]),
    await heard('@slack/types', ofSlack, 'slack', [
      [
        { type: 'event_callback', event: { type: 'app_mention', text: 'hi' } },
        undefined,
        ['app_mention: hi'],
      ],
      [{ type: 'event_callback', event: { type: 'pin_added' } }, undefined, ['event: pin_added']],
    ]),
    ...(await underEachType(examples)),
  ];
}

/** What must not compile is marked in the files. */
function compiled(): Row {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', import.meta.dirname],
    { encoding: 'utf8' },
  );
  return row('types', 'stripe, octokit, slack', status === 0, stdout);
}

type Program = (secret: string, notes: string[]) => (request: Request) => Promise<Response>;
type Case = readonly [payload: object, type: string | undefined, notes: readonly string[]];

/** Sends each payload, signed, and compares what the handlers noted. */
async function heard(
  name: string,
  program: Program,
  provider: ProviderChoice,
  cases: readonly Case[],
): Promise<Row> {
  const wrong: string[] = [];
  for (const [payload, type, expected] of cases) {
    const notes: string[] = [];
    const headers = type === undefined ? {} : { 'x-github-event': type };
    const { secret, toRequest } = await signedRequest(provider, payload, { headers });
    const { status } = await program(secret, notes)(toRequest());
    if (status !== 200 || JSON.stringify(notes) !== JSON.stringify(expected))
      wrong.push(`${status} ${notes.join('; ')}`);
  }
  return row('theirs → ours', name, wrong.length === 0, wrong.join(' | '));
}

/** GitHub’s header is not signed: one signature is good under every type. */
async function underEachType(examples: readonly Example[]): Promise<readonly Row[]> {
  const handlers = examples.map(({ name }) => listening(name));
  const own: string[] = [];
  const foreign: string[] = [];
  // Some are there twice; the same body again would be a repeat.
  const bodies = new Map(
    examples.flatMap(({ name, examples: payloads }) =>
      payloads.map((payload) => [JSON.stringify(payload), name]),
    ),
  );
  for (const [body, name] of bodies) {
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    for (const { type, runs } of handlers) {
      const isRun = await runs(body, signature);
      if (type === name && !isRun) own.push(name);
      if (type !== name && isRun && !SAME_MEMBERS.has(`${name} as ${type}`))
        foreign.push(`${name} as ${type}`);
    }
  }
  return [
    row(
      'theirs → ours',
      `${bodies.size} bodies of @octokit/webhooks-examples under their own type`,
      own.length === 0 && bodies.size > 300,
      own.join(', '),
    ),
    row(
      'theirs → ours',
      `the same under each of ${handlers.length - 1} other types`,
      foreign.length === 0,
      foreign.join(', '),
    ),
  ];
}

/** An endpoint whose only handler is that of a type; `runs` says whether a body that is sent under it reaches the handler. */
function listening(type: string) {
  let runCount = 0;
  const handler = events().on(type, () => {
    runCount += 1;
  });
  const hook = webhook('github', SECRET, handler, { onRefused: () => {}, onError: () => {} });
  const runs = async (body: string, signature: string): Promise<boolean> => {
    const before = runCount;
    const headers = { 'x-github-event': type, 'x-hub-signature-256': signature };
    await hook(new Request('https://app.example/webhooks', { method: 'POST', headers, body }));
    return runCount > before;
  };
  return { type, runs };
}

function published(): readonly Example[] {
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json');
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Example[];
}

function bodyOf(examples: readonly Example[], type: string, action?: string): object {
  const payloads = examples.find(({ name }) => name === type)?.examples ?? [];
  const body = payloads.find((payload) => payload['action'] === action);
  if (body === undefined) throw new Error(`no example of ${type} ${action ?? ''}`);
  return body;
}

function row(direction: string, name: string, isFine: boolean, note: string): Row {
  return { library: LIBRARY, direction, name, outcome: isFine ? 'ok' : 'FAILED', ...(!isFine && { note }) };
}
