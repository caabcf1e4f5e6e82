import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { allScenarios } from '@countersign/sandbox';
import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import type { VerdictRow } from '../../src/demo/recent-verdicts.ts';
import { PROGRAM, run, spawnProgram } from '../support.ts';

const SYSTEMS = [...new Set(allScenarios().map(({ provider }) => provider))];

interface Line {
  readonly system: string;
  readonly scenario: string;
  readonly title: string;
  readonly status: number;
  readonly verdict: string;
  readonly expected: object;
  readonly asExpected: boolean;
}
const linesOf = (out: string): readonly Line[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('demo --once', () => {
  it('plays each scenario once, as expected, and ends with 0', async () => {
    const { code, out } = await spawnProgram(['demo', '--once', '--json']);
    expect(code).toBe(0);
    const lines = linesOf(out);
    expect(lines.map(({ scenario }) => scenario)).toEqual(allScenarios().map(({ id }) => id));
    expect(lines.filter(({ asExpected }) => !asExpected)).toEqual([]);
  });

  it.skipIf(!isLong)(`prints a table${longReason}`, async () => {
    const { code, out, err } = await spawnProgram(['demo', '--once']);
    expect(code).toBe(0);
    expect(out).toMatch(/scenario +expected +actual/);
    expect(out).toMatch(/✓ {2}flowent\/python +200 accepted +200 accepted +key main, compact/);
    expect(err).toMatch(/^(\d+) of \1 verdicts are as expected/);
  });
});

describe('demo', () => {
  it('takes an address of this machine as its host, and names those where another is given', async () => {
    const { code, err } = await run(['demo', '--host', '203.0.113.7']);
    expect(code).toBe(2);
    expect(err).toMatch(
      /--host 203\.0\.113\.7 is not an IP address of this machine\.\n.*(Give one that|leave --host out)/,
    );
    expect(await run(['demo', '--once', '--host', '127.0.0.1'])).toMatchObject({ code: 2 });
  });

  it('shows every system accepted and refused at once, with URLs and curl lines, and ends with 0 on SIGINT', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'demo', '--json'], {
      env: { PATH: process.env['PATH'], PORT: '0', ADMIN_PORT: '0' },
    });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    let out = '';
    const seen = new Promise<void>((done) => {
      child.stdout.on('data', (chunk) => {
        out += String(chunk);
        if (out.split('\n').length > SYSTEMS.length * 2) done();
      });
    });
    const ended = new Promise<number | null>((done) => child.on('close', done));
    await seen;
    const lines = linesOf(out);
    for (const system of SYSTEMS) {
      const verdicts = lines.filter((line) => line.system === system).map(({ verdict }) => verdict);
      expect(verdicts, system).toEqual(expect.arrayContaining(['accepted', 'refused']));
    }
    const page = /page +(http:\S+)/.exec(err)?.[1] ?? '';
    const curls = await (await fetch(`${page}/curl`)).text();
    expect(curls.match(/^curl /gm)?.length).toBe(SYSTEMS.length * 2);
    expect(await (await fetch(`${page}/hello`)).text()).toContain('200 {');
    // A page elsewhere that points its own name here reads nothing.
    const rebound = await new Promise<number | undefined>((done) => {
      get(`${page}/verdicts`, { headers: { host: 'rebound.example' } }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      });
    });
    expect(rebound).toBe(403);
    // The live list, as the page's script reads it: all that was printed, from the first on.
    const rows = async (): Promise<readonly VerdictRow[]> => (await fetch(`${page}/verdicts`)).json();
    await expect.poll(async () => (await rows()).length).toBeGreaterThanOrEqual(lines.length);
    const shown = await rows();
    expect(shown.slice(0, lines.length)).toMatchObject(
      lines.map(({ system, title, status }) => ({ system, title, status })),
    );
    for (const { status, remedy } of shown) expect(typeof remedy).toBe(status < 400 ? 'undefined' : 'string');
    // A pick in the site's grid, as its page makes it.
    const site = /site +(http:\S+)/.exec(err)?.[1] ?? '';
    expect(await (await fetch(site)).text()).toContain('Show selection');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
