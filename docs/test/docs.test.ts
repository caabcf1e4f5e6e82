/** Runs the code blocks of the documentation: TypeScript is checked and run, commands are run, configurations are checked. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run as runCommand } from '../../packages/cli/test/support.ts';
import { type CodeBlock, codeBlocks, markdownFiles } from '../../scripts/docs-blocks.ts';
import { rowsOf } from '../../scripts/effort.ts';

const root = join(import.meta.dirname, '../..');
// Below the project, so that imports resolve as a user's would.
const scratch = mkdtempSync(join(import.meta.dirname, '.scratch-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const env = {
  ...process.env,
  NO_COLOR: '1',
  AMI_SECRET_TOKEN: 'a-secret-token-of-26-bytes',
  AMI_RENDER_TOKEN: 'a-render-token-of-26-bytes',
  CRM_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  CRM_TOKEN: 'a-crm-token-of-22-byte',
  ADMIN_TOKEN: 'an-admin-token-of-27-bytes!',
  // Nobody listens there: `check` says so, and goes on.
  DATABASE_URL: 'postgres://countersign@127.0.0.1:9/countersign',
  REDIS_URL: 'redis://127.0.0.1:9',
  ORDERS_SECRET: 'an-orders-secret-of-26-byte',
  OIDC_SECRET: 'an-oidc-secret-of-25-byte',
  OTLP_TOKEN: 'an-otlp-token-of-24-byte',
  GRACE_PASSWORD_HASH:
    '$argon2id$v=19$m=65536,t=3,p=4$FenA8LQYMZOTE7x33Ur4Dw$Dl0sovq049uNvnGvJHvexE3HydKBHn1vB7ZxhkycPQs',
  OPS_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  SLACK_SIGNING_SECRET: 'a-slack-secret-of-24-byte',
  TWILIO_AUTH_TOKEN: 'a-twilio-token-of-25-byte',
  GITHUB_WEBHOOK_SECRET: 'a-github-secret-of-27-bytes',
  GITHUB_WEBHOOK_SECRET_OLD: 'a-github-secret-of-last-year',
  STRIPE_WEBHOOK_SECRET: 'whsec_a_stripe_secret',
  WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  FLOWENT_HMAC_KEY: 'a-flowent-key-of-24-byte',
  APPROOV_BASE64_SECRET:
    'h+CX0tOzdAAR9l15bWAqvq7w9olk66daIH+Xk+IAHhVVHszjDzeGobzNnqyRze3lw/WVyWrc2gZfh3XXfBOmww==',
  PARTNER_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  PARTNER_SECRET_OLD: 'a-partner-secret-of-last-year',
  API_KEY: 'an-incode-api-key',
  CLIENT_ID: 'a-client',
  FLOW_ID: 'a-flow',
  ADMIN_EMAIL: 'admin@example.com',
  ADMIN_PASSWORD: 'an-admin-password',
  INCODE_WEBHOOK_TOKEN: 'a-webhook-token-of-27-bytes',
  PARTNER_CLIENT_ID: 'a-partner',
  PARTNER_CLIENT_SECRET: 'a-partner-client-secret',
  STORE_KEY: 'ab'.repeat(32),
  STORE_KEY_OLD: 'cd'.repeat(32),
  PARTNER_PAGE_TOKEN: 'a-page-token-of-25-bytes!',
  COUNTERSIGN_ADMIN_TOKEN: 'an-admin-token-of-27-bytes!',
  FLOWENT_API_URL: 'https://flowent.example/api/v1/gateway',
  FLOWENT_API_TOKEN: 'a-flowent-api-token',
  TOKEN_SECRET: 'a-token-secret-of-26-bytes',
  SHARED_TOKEN: 'a-shared-token-of-26-bytes',
  SVIX_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  HEROKU_WEBHOOK_SECRET: 'a-heroku-secret-of-27-bytes',
  ADCP_SECRET: 'an-adcp-secret-of-25-bytes',
  HYGRAPH_SECRET: 'a-hygraph-secret-of-26-byte',
  CLIENT_SECRET: 'a-client-secret-of-25-byte',
  INTERCOM_CLIENT_SECRET: 'an-intercom-secret-of-28-byte',
};

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

function run(program: string, args: readonly string[], cwd = scratch): Outcome {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, output: stdout + stderr };
}

/** Beside a block that shows another part of a configuration. */
const GATE = `
gates:
  github:
    path: /webhooks/github
    provider: github
    keys: [{ secret: "\${env:GITHUB_WEBHOOK_SECRET}" }]
    respond: { status: 204 }
`;

const cli = join(root, 'packages/cli/bin/countersign.js');

type Runner = (block: CodeBlock, name: string) => Promise<readonly Outcome[]>;

const RUNNERS: Readonly<Record<string, Runner>> = {
  async ts({ code }, name) {
    const file = join(scratch, `${name}.ts`);
    writeFileSync(file, code);
    return [run(process.execPath, [file])];
  },
  async sh({ code }) {
    const lines = code.trim().split('\n');
    return lines.map((line) => {
      const command = line.replace(/^npx countersign/, `"${process.execPath}" "${cli}"`);
      expect(command, 'a documented command is one of ours').not.toBe(line);
      return run('sh', ['-c', command]);
    });
  },
  async yaml({ code }, name) {
    const file = join(scratch, `${name}.yaml`);
    writeFileSync(file, /^(gates|sessions):/m.test(code) ? code : code + GATE);
    symlinkActions();
    const { code: status, out, err } = await runCommand(['check', '--config', file], { env, cwd: scratch });
    return [{ status, output: out + err }];
  },
};

function symlinkActions(): void {
  try {
    symlinkSync(join(root, 'examples/flowent/actions.ts'), join(scratch, 'actions.ts'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

for (const file of markdownFiles(root)) {
  // The same programs for each provider: provider-code.test.ts and provider-pages.test.ts run them.
  if (file.startsWith(join(root, 'docs/providers/'))) continue;
  const isGuide = file.startsWith(join(root, 'docs/guides/'));
  // A guide's files stand beside each other: guides.test.ts starts them.
  const isFileOfGuide = ({ code }: CodeBlock): boolean => isGuide && /^# \S+\.yaml\n/.test(code);
  const blocks = codeBlocks(readFileSync(file, 'utf8')).filter(
    (block) => block.language in RUNNERS && !block.flags.includes('norun') && !isFileOfGuide(block),
  );
  if (blocks.length === 0) continue;
  describe(relative(root, file), () => {
    // A short run tries one block of each language that needs a process, and each configuration.
    const kindOf = ({ language, line }: CodeBlock): string => (language === 'yaml' ? String(line) : language);
    it.each(rowsOf(blocks, kindOf))('line $line, $language', async (block) => {
      const name = `${relative(root, file).replace(/\W+/g, '-')}-${block.line}`;
      for (const { status, output } of (await RUNNERS[block.language]?.(block, name)) ?? []) {
        expect(status, output).toBe(0);
      }
    });
  });
}
