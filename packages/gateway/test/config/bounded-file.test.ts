/** Files that people name: no pipe holds the program for ever. */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { readBoundedFile } from '../../src/config/bounded-file.ts';
import { loadConfig, openConfigSource } from '../../src/config/load-config.ts';
import { temporaryDir } from '../harness.ts';

const hasPipes = process.platform !== 'win32';
const reason = hasPipes ? '' : ' (skipped: Windows has no named pipes in its file system)';

describe.runIf(hasPipes)(`a pipe${reason}`, () => {
  const newPipe = (name: string): string => {
    const path = join(temporaryDir(), name);
    execFileSync('mkfifo', [path]);
    return path;
  };

  it('that nobody writes to is refused soon', () => {
    expect(readBoundedFile(newPipe('a'), 10)).toBe('silent');
  });

  it('is read to its end, whenever its writer comes', async () => {
    const path = newPipe('a');
    const writer = spawn('sh', ['-c', `exec > '${path}'; sleep 0.2; printf abc; sleep 0.2; printf def`]);
    expect(Buffer.from(readBoundedFile(path, 10) as Uint8Array).toString()).toBe('abcdef');
    writer.kill();
    spawn('sh', ['-c', `printf abcdef > '${path}'`]);
    expect(readBoundedFile(path, 5)).toBe('too-large');
  });

  it('is not waited for where a text is only judged', async () => {
    const path = newPipe('key');
    const cwd = join(path, '..');
    const configuration = (secret: string): string =>
      `gates: { g: { path: /g, provider: github, keys: [{ secret: "${secret}" }], respond: { status: 202 } } }`;
    writeFileSync(join(cwd, 'countersign.yaml'), configuration('a plain secret of sixteen bytes'));
    const source = await openConfigSource({ cwd, env: {} });
    const why = 'it is a pipe, and only files are read for a text that is only judged';
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: what a configuration writes.
    await expect(source.judge(configuration('${file:./key}'))).rejects.toThrow(
      `needs the file ./key, which cannot be read: ${why}`,
    );
    const inFolder = `secrets: { folder: . }\n${configuration('${secret:key}').replace('gates: ', 'gates:\n  ')}`;
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
    await expect(source.judge(inFolder)).rejects.toThrow(why);
  });

  it.skipIf(!isLong).each([
    ['a key', 'key', 'needs the file ./key, which cannot be read: it is a pipe to which nobody writes'],
    ['.env', '.env', 'the .env file beside it cannot be read: it is a pipe to which nobody writes'],
    ['the configuration', 'countersign.yaml', 'cannot be read: it is a pipe to which nobody writes'],
  ])(`that is named for %s ends no start without a word${longReason}`, async (_what, name, says) => {
    const path = newPipe(name);
    const cwd = join(path, '..');
    if (name !== 'countersign.yaml')
      writeFileSync(
        join(cwd, 'countersign.yaml'),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: what a configuration writes.
        'gates: { g: { path: /g, provider: github, keys: [{ secret: "${file:./key}" }], keep: {} } }',
      );
    await expect(loadConfig({ cwd, env: {} })).rejects.toThrow(says);
  });
});
