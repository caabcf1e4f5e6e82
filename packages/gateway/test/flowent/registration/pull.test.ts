// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a nasty platform might say.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLong, longReason } from '../../../../../scripts/effort.ts';
import { type Action, ActionError, checkAction } from '../../../src/actions/define-action.ts';
import type { FlowentActionDraft } from '../../../src/flowent/flowent-api.ts';
import { stubsOf } from '../../../src/flowent/registration/pull.ts';
import { draft, registered } from './memory-platform.ts';

const ROOT = join(import.meta.dirname, '../../../../..');

/** Beside this test, so that the module's import is found as in a project that has the package. */
const written = (text: string): { readonly folder: string; readonly file: string } => {
  const folder = mkdtempSync(join(import.meta.dirname, 'pulled-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'platform-actions.ts');
  writeFileSync(file, text);
  return { folder, file };
};

const loaded = async (text: string): Promise<Readonly<Record<string, Action>>> =>
  (await import(/* @vite-ignore */ written(text).file)) as Readonly<Record<string, Action>>;

const stubsOfDrafts = (drafts: readonly FlowentActionDraft[]): ReturnType<typeof stubsOf> =>
  stubsOf(drafts.map(registered));

/** Names that a module cannot use as they are, and that become one when they are written in camel case. */
const AWKWARD_NAMES = [
  'send_email',
  'send__email',
  '_send_email',
  'sendemail',
  'delete',
  'default',
  'await',
  'define_action',
  '_',
  '__',
  '1',
  '1_a',
  '_1',
  'action1',
  'arguments',
  'undefined',
  'then',
  'a'.repeat(100),
];

describe('stubs of actions that only the platform has', () => {
  it('read as if somebody had begun to write them', () => {
    const { text, names } = stubsOfDrafts([
      draft('send_email', {
        description: 'Sends an email.',
        json_schema: {
          type: 'object',
          properties: {
            recipient: { type: 'string', description: 'Where it goes' },
            'reply-to': { type: 'string' },
            priority: { type: 'integer', enum: [1, 2, 3] },
          },
          required: ['recipient'],
          additionalProperties: false,
        },
      }),
    ]);
    expect(names).toEqual(['send_email']);
    expect(text).toMatchInlineSnapshot(`
      "/** Stubs of actions that the platform has. Write each \`run\`, and export the action from your own module. */
      import { ActionError, defineAction } from '@countersign/gateway/actions';

      export const sendEmail = defineAction({
        name: "send_email",
        description: "Sends an email.",
        input: {
          type: "object",
          properties: {
            recipient: { type: "string", description: "Where it goes" },
            "reply-to": { type: "string" },
            priority: { type: "integer", enum: [1, 2, 3] },
          },
          required: ["recipient"],
          additionalProperties: false,
        },
        run(_input) {
          throw new ActionError("send_email is not written yet", { status: 501 });
        },
      });
      "
    `);
  });

  it('load, and say that they are not written', async () => {
    const drafts = AWKWARD_NAMES.map((name) => draft(name));
    const actions = Object.values(await loaded(stubsOfDrafts(drafts).text));
    expect(actions.map(({ name }) => name).sort()).toEqual([...AWKWARD_NAMES].sort());
    for (const action of actions) {
      checkAction(action, 'action');
      const run = action.run as () => unknown;
      expect(run).toThrow(new ActionError(`${action.name} is not written yet`, { status: 501 }));
    }
  });

  it.skipIf(!isLong)(`compile, with the type that the schema says${longReason}`, () => {
    const drafts = AWKWARD_NAMES.map((name) => draft(name));
    const { folder } = written(stubsOfDrafts(drafts).text);
    writeFileSync(
      join(folder, 'use.ts'),
      `import type { InputOf } from '@countersign/gateway/actions';
import { sendEmail } from './platform-actions.ts';
type Input = InputOf<typeof sendEmail.input>;
export const input: Input = { to: 'ada' };
// The schema says that it is a string: the compiler must see that, and nothing else.
export const wrong: Input = { to: 1 };
`,
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../../../../tsconfig.tests.json',
        compilerOptions: { noUnusedParameters: true },
        include: ['*.ts'],
      }),
    );
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' });
    // Every other line is about a file of the checkout.
    expect(stdout.split('\n').filter((line) => /^\w/.test(line))).toEqual([
      expect.stringMatching(/^use\.ts\(6,.*TS2322/),
    ]);
  });

  it('hold what the platform says as data, whatever it says', async () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '"); globalThis.pwned = true; ("',
        "'});globalThis.pwned = true;//",
        '*/ globalThis.pwned = true; /*',
        '`${globalThis.pwned = true}`',
        '\u2028globalThis.pwned = true',
        '</script><script>globalThis.pwned = true</script>',
        '\u202egnihton',
        '\ud800',
        '__proto__',
        'constructor',
      ),
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        nasty,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(null, true, -0),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(nasty, tie('json'), { maxKeys: 3 }),
      ),
    }));
    const action = fc.record({
      name: fc.stringMatching(/^[a-z0-9_]{1,12}$/),
      description: nasty.filter((text) => text.length > 0 && text.length <= 500),
      webhook_url: fc.constant('https://gate.example.com/a'),
      // As it comes: parsed from JSON.
      json_schema: fc
        .dictionary(nasty, json, { maxKeys: 4 })
        .map((schema) => JSON.parse(JSON.stringify(schema)) as Record<string, unknown>),
    });
    const actions = fc.uniqueArray(action, { selector: ({ name }) => name, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(actions, async (drafts) => {
        const { text, leftOut } = stubsOfDrafts(drafts);
        expect(leftOut).toEqual([]);
        // Nothing that an editor would not show, or show elsewhere.
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        const found = Object.values(await loaded(text));
        const views = found.map(({ name, description, input }) => ({ name, description, input }));
        const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
        const wanted = drafts.map(({ name, description, json_schema: input }) => ({
          name,
          description,
          input,
        }));
        expect(views.map((view) => JSON.stringify(view.input)).sort()).toEqual(
          wanted.map((view) => JSON.stringify(view.input)).sort(),
        );
        expect(views.sort(byName)).toEqual(wanted.sort(byName));
        expect(globalThis).not.toHaveProperty('pwned');
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('leave out what no module could declare, and say why', () => {
    const { text, names, leftOut } = stubsOfDrafts([
      draft('good'),
      draft('silent', { description: '' }),
      draft('Not-A-Name'),
    ]);
    expect(names).toEqual(['good']);
    expect(leftOut).toEqual([
      { name: 'silent', problem: expect.stringContaining('1 to 500 characters') },
      { name: 'Not-A-Name', problem: expect.stringContaining('is not an action name') },
    ]);
    expect(text).not.toContain('silent');
  });
});
