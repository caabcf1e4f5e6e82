/** The commands with a gate whose keys are bound to actions: the key of the action that the URL names signs and proves. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { newFolder, run } from '../support.ts';

const SECRETS = { show_it: 'the-secret-of-show-it-0001', delete_it: 'a-token-for-delete-it-0002' } as const;
const ACTIONS = Object.keys(SECRETS).map(
  (name) =>
    `export const ${name} = { name: '${name}', description: 'Does it.', input: { type: 'object' }, run: () => '${name}' };`,
);
const CONFIG = `store: "memory:"
gates:
  act:
    path: /act/:action
    provider: github
    keys:
      - { id: show, secret: ${SECRETS.show_it}, for: { action: show_it } }
      - { id: delete, secret: ${SECRETS.delete_it}, for: { action: delete_it } }
    answer: { actions: ./actions.mjs }
`;
const BODY = '{"a":1}';
const signatureOf = (secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(BODY).digest('hex')}`;

let cwd = '';
beforeEach(() => {
  cwd = newFolder();
  writeFileSync(join(cwd, 'countersign.yaml'), CONFIG);
  writeFileSync(join(cwd, 'actions.mjs'), ACTIONS.join('\n'));
});

function captured(url: string, secret: string): string {
  const headers = { 'x-hub-signature-256': signatureOf(secret) };
  writeFileSync(join(cwd, 'r.json'), JSON.stringify({ method: 'POST', url, headers, body: BODY }));
  return 'r.json';
}

describe('sign', () => {
  it.each([
    ['/act/show_it', SECRETS.show_it],
    ['/act/delete%5fit', SECRETS.delete_it],
  ])('of %s takes the key of its action', async (path, secret) => {
    const args = [
      'sign',
      `http://127.0.0.1:8787${path}`,
      '-c',
      'countersign.yaml',
      '-d',
      BODY,
      '--as',
      'json',
    ];
    const { code, out } = await run(args, { cwd });
    expect(code).toBe(0);
    expect(out).toContain(signatureOf(secret));
  });

  it.each([
    [
      '/act/render_it',
      'no key is bound to the action "render_it", which the request asks for',
      'Name one of the actions that have a key: show_it, delete_it.',
    ],
  ])('of %s says that there is none', async (path, problem, remedy) => {
    const args = ['sign', `http://127.0.0.1:8787${path}`, '-c', 'countersign.yaml', '-d', BODY];
    const { code, err } = await run(args, { cwd });
    expect(code).not.toBe(0);
    expect(err).toContain(problem);
    expect(err).toContain(remedy);
  });
});

describe('verify', () => {
  it('tells by which key, and of which action', async () => {
    const args = ['verify', captured('/act/show_it', SECRETS.show_it), '-c', 'countersign.yaml', '--json'];
    expect(JSON.parse((await run(args, { cwd })).out)).toMatchObject({
      ok: true,
      keyId: 'show',
      action: 'show_it',
    });
  });

  it.each(['/act/delete_it', '/act/delete%5Fit', '/act/%64elete_it'])(
    'refuses at %s what the key of another action has signed',
    async (path) => {
      const args = ['verify', captured(path, SECRETS.show_it), '-c', 'countersign.yaml'];
      const { code, out, err } = await run(args, { cwd });
      expect(code).not.toBe(0);
      expect(out + err).toContain(
        'key "show" proves the request, but is bound to the action "show_it", and the request asks for "delete_it"',
      );
      expect(out + err).not.toContain(SECRETS.show_it);
    },
  );
});

it('explain names the action whose key was used', async () => {
  const args = ['explain', captured('/act/delete_it', SECRETS.show_it), '-c', 'countersign.yaml', '--json'];
  const { findings } = JSON.parse((await run(args, { cwd })).out) as { findings: readonly object[] };
  expect(findings).toMatchObject([
    {
      id: 'key-of-another-action',
      certainty: 'proved',
      sentence:
        'The request asks for another action than its key is for: it is signed with the key "show", which is for the action "show_it".',
    },
  ]);
});

it('explain names another gate whose bound key proves it', async () => {
  const other = CONFIG.replace(
    'gates:',
    'gates:\n  plain: { path: /plain, provider: github, keys: [{ secret: nobody-s-secret-of-some-length }], respond: { status: 204 } }',
  );
  writeFileSync(join(cwd, 'countersign.yaml'), other);
  const args = ['explain', captured('/plain', SECRETS.delete_it), '-c', 'countersign.yaml', '--json'];
  const { findings } = JSON.parse((await run(args, { cwd })).out) as { findings: readonly object[] };
  expect(findings[0]).toMatchObject({
    id: 'key-of-other-gate',
    sentence: 'The request is proved by a key of the gate act, and by none of this gate.',
  });
});

describe('check', () => {
  it('says what each key is for, and that it proves the choice', async () => {
    const { code, out } = await run(['check', '-c', 'countersign.yaml'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('show: active, for show_it');
    expect(out).toContain('delete: active, for delete_it');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'The action that a request asks for is proved by its key: the path names it and is not signed',
    );
    const json = JSON.parse((await run(['check', '-c', 'countersign.yaml', '--json'], { cwd })).out);
    expect(json.gates[0].keys[0]).toMatchObject({ id: 'show', for: { action: 'show_it' } });
  });

  it('names a key of no action, in its place', async () => {
    writeFileSync(join(cwd, 'countersign.yaml'), CONFIG.replace('action: delete_it', 'action: delet_it'));
    const { code, out, err } = await run(['check', '-c', 'countersign.yaml'], { cwd });
    expect(code).not.toBe(0);
    expect(out + err).toContain('gates.act.keys[1].for.action: no action is named "delet_it"');
    expect(out + err).toContain('Did you mean delete_it?');
  });
});
