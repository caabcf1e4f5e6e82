/** Prevents: a provider’s page whose configuration does not start, or that leaves something out that the provider has. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionRowsOf, providers, type SignedRequest } from '@countersign/core';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleOf } from '../../packages/cli/src/init/samples/all.ts';
import { run as runCommand } from '../../packages/cli/test/support.ts';
import { PROVIDER_PAGES, type ProviderPage } from './provider-page.ts';
import { requestTo, unproved } from './provider-request.ts';

const scratch = mkdtempSync(join(import.meta.dirname, '.scratch-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function check({ id, env }: ProviderPage, text: string) {
  const cwd = join(scratch, id);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, 'countersign.yaml'), text);
  // What `init` writes beside it.
  const sample = sampleOf(id);
  if (sample !== undefined) writeFileSync(join(cwd, 'actions.ts'), sample.text);
  const { code, out, err } = await runCommand(['check'], { env, cwd });
  return { code, output: out + err };
}

/** As a proxy or a debugger shows it. */
function rawHttp({ method, url, headers, body }: SignedRequest): Uint8Array {
  const { pathname, search, host } = new URL(url);
  const lines = [...headers]
    .filter(([name]) => !/^(?:host|content-length)$/i.test(name))
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

describe.each(PROVIDER_PAGES)('the page of $id', (page) => {
  const { facts, markdown, yaml } = page;
  const isFetched = facts.keyVariable === undefined;
  const fetchedReason = isFetched ? ' (skipped: its keys are fetched)' : '';

  it('has a configuration that starts', async () => {
    const { code, output } = await check(page, yaml);
    expect(code, output).toBe(0);
    expect(output).toContain(facts.place.path);
  });

  it.skipIf(isFetched)(`has a second key that starts beside the first${fetchedReason}`, async () => {
    const [second = ''] = /\{ id: old, secret: .*?, until: [\d-]+ \}/.exec(markdown) ?? [];
    const { code, output } = await check(page, yaml.replace(/(?<=keys: \[.*)\]$/m, `, ${second}]`));
    expect(code, output).toBe(0);
    expect(output).toContain('old: retiring');
  });

  it.skipIf(isFetched)(`has a command that judges a request as it came${fetchedReason}`, async () => {
    const [, args = ''] = /^npx countersign (explain .*)$/m.exec(markdown) ?? [];
    const request = await requestTo(page, 'https://hooks.example/in');
    const run = (text: Uint8Array) => {
      const cwd = join(scratch, page.id);
      mkdirSync(cwd, { recursive: true });
      writeFileSync(join(cwd, 'request.http'), text);
      return runCommand(args.split(' '), { env: page.env, cwd });
    };
    const genuine = await run(rawHttp(request));
    expect(genuine.code, genuine.out + genuine.err).toBe(0);
    const bare = await run(rawHttp(unproved(request, page)));
    expect(bare.code, bare.out + bare.err).toBe(1);
  });

  it('tells of every option, of what the sender keeps to, and of what it leaves open', () => {
    const { setUp = '', givesUp = '', replayNote, summary, source } = facts.provider;
    for (const text of [setUp, givesUp, replayNote, summary, source]) expect(markdown).toContain(text);
    for (const { name } of optionRowsOf(facts.provider)) expect(markdown).toContain(`| \`${name}\` |`);
    for (const { id, signsAs } of providers)
      if (signsAs === facts.provider.id) expect(markdown).toContain(`(${id}.md)`);
    for (const { sentence } of facts.coverage.warnings) expect(markdown).toContain(sentence);
  });
});
