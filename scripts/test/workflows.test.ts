/** Prevents: a workflow that runs what is not there, may do more than it must, or leaves out what CI runs. `npm run check` has actionlint read them too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NODE_VERSIONS } from '../node-versions.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = '.github/workflows';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
  readonly container?: { readonly image: string };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};
const names = readdirSync(join(ROOT, FOLDER));
const texts = new Map(names.map((name) => [name, readFileSync(join(ROOT, FOLDER, name), 'utf8')]));
const workflows = new Map([...texts].map(([name, text]) => [name, parse(text) as Workflow]));

function jobsOf(name: string): readonly Job[] {
  return Object.values(workflows.get(name)?.jobs ?? {});
}

/** Commands, a line each. */
function commandsOf(name: string): readonly string[] {
  return jobsOf(name).flatMap(({ steps = [] }) =>
    steps.flatMap(({ run = '' }) => run.split('\n').filter((line) => line.trim() !== '')),
  );
}

describe.each(names)('%s', (name) => {
  it('runs commands that there are', () => {
    for (const command of commandsOf(name)) {
      const [program = '', verb = '', task = ''] = command.trim().split(/\s+/);
      if (program === 'npm' && verb === 'run') expect(Object.keys(manifest.scripts)).toContain(task);
      else if (program.startsWith('.')) expect(existsSync(join(ROOT, program)), program).toBe(true);
      else expect(['npm ci', 'npm test', 'git config']).toContain(`${program} ${verb}`);
    }
  });

  it('may read what it checks out, and no more unless a job says so', () => {
    expect(workflows.get(name)?.permissions).toEqual({ contents: 'read' });
    for (const { permissions, environment } of jobsOf(name)) {
      // An identity is for what publishes, and that for whom the environment lets.
      expect(Object.entries(permissions ?? {}).filter(([, access]) => access === 'write')).toEqual(
        environment === 'npm' ? [['id-token', 'write']] : [],
      );
    }
    expect(texts.get(name)).not.toMatch(/secrets\.|pull_request_target|NODE_AUTH_TOKEN|NPM_TOKEN/);
  });

  it('uses GitHub’s own actions, each of one major version, and leaves no credentials behind', () => {
    for (const { uses, steps = [] } of jobsOf(name)) {
      if (uses !== undefined) expect(existsSync(join(ROOT, uses)), uses).toBe(true);
      for (const step of steps.filter((each) => each.uses !== undefined)) {
        expect(step.uses).toMatch(/^actions\/[\w-]+@v\d+$/);
        if (step.uses?.startsWith('actions/checkout@'))
          expect(step.with?.['persist-credentials']).toBe(false);
      }
    }
  });

  it('puts no text of a request into a command', () => {
    for (const command of commandsOf(name)) expect(command).not.toMatch(/\$\{\{/);
  });

  it('ends, and does not run beside itself', () => {
    expect(workflows.get(name)?.concurrency.group).toMatch(/\S/);
    for (const job of jobsOf(name))
      if (job.uses === undefined) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
});

describe('CI', () => {
  it('runs what .ci/run runs, on every Node line that is supported', () => {
    const [job] = jobsOf('ci.yml');
    expect(commandsOf('ci.yml')).toContain('.ci/run');
    const lines = NODE_VERSIONS.map((version) => Number(version.split('.')[0]));
    expect(job?.strategy?.matrix.node).toEqual(lines);
    expect(manifest.engines.node).toContain(`>=${lines[0]}.`);
    expect(job?.container?.image).toMatch(/^node:\$\{\{ matrix\.node \}\}-/);
    // Without it the tests run on the pinned Node three times.
    expect(job?.env?.['COUNTERSIGN_NODE']).toBe('/usr/local/bin/node');
  });
});

describe('a release', () => {
  it('is published by a tag alone, behind the whole of CI', () => {
    const release = workflows.get('release.yml');
    expect(release?.on).toEqual({ push: { tags: ['v*'] } });
    expect(release?.jobs['ci']?.uses).toBe('./.github/workflows/ci.yml');
    expect(release?.jobs['publish']?.needs).toBe('ci');
    expect(commandsOf('release.yml').at(-1)).toBe('npm run release -- --publish');
    // Called by it, CI would wait for the run that waits for it.
    expect(release?.concurrency.group).not.toBe(workflows.get('ci.yml')?.concurrency.group);
  });
});
