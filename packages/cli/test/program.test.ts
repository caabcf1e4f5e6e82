/** bin/countersign.js: what it says where the program cannot run. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, PROGRAM } from './support.ts';

const runNode = (args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('bin/countersign.js', () => {
  it.each(['22.23.2', '22.13.0', '21.99.99', '18.20.4', '12.22.12'])(
    'says on Node %s what is found, what is needed and what to do',
    (version) => {
      const folder = newFolder();
      const pretend = join(folder, 'pretend.cjs');
      const versions = `{ ...process.versions, node: ${JSON.stringify(version)} }`;
      writeFileSync(pretend, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
      const { status, stdout, stderr } = runNode(['--require', pretend, PROGRAM, 'send', '-d', '{"a":1}']);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain(`this is Node ${version}; Node 22.23.3 or newer is needed.`);
      expect(stderr).toContain(`${PROGRAM}" send -d "{\\"a\\":1}"\``);
    },
  );

  it('keeps to syntax that old Nodes parse', () => {
    const text = readFileSync(PROGRAM, 'utf8');
    expect(text).not.toMatch(/^import |import\.meta|\?\.|\?\?|\bawait\b|catch \{/m);
  });

  it('says that it is not built', () => {
    const folder = newFolder();
    cpSync(dirname(PROGRAM), join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const { status, stderr } = runNode([join(folder, 'bin/countersign.js'), 'demo']);
    expect(status).toBe(2);
    expect(stderr).toBe('countersign: the program is not built.\n  → Run `npm run build` in its folder.\n');
  });

  it('is three files and the bundler’s own for serve, none of which reads every export of a module of Node’s', () => {
    const { files, required } = loadedByServe();
    expect(files.has('service.cjs')).toBe(true);
    expect(files.size).toBeLessThanOrEqual(4);
    // What YAML requires; both are there at any rate.
    for (const name of required) expect(['process', 'buffer']).toContain(name);
  });

  it('loads for serve neither what explains refused requests nor what other commands and the first call of an administrator need', () => {
    const code = [...loadedByServe().files.values()].join('');
    const modulesIn = (folder: string): readonly string[] =>
      [...code.matchAll(/^\/\/ (packages\/\S+\.js)$/gm)].flatMap(([, module = '']) =>
        module.startsWith(folder) ? [module] : [],
      );
    expect(modulesIn('packages/gateway/dist/http/')).toContain('packages/gateway/dist/http/receive.js');
    expect(modulesIn('packages/core/dist/explain/hypotheses/')).toEqual([]);
    expect(modulesIn('packages/gateway/dist/flowent/registration/gate-registration.js')).toEqual([]);
    expect(modulesIn('packages/gateway/dist/test-files/')).toEqual([]);
    expect(modulesIn('packages/gateway/dist/admin/handlers.js')).toEqual([]);
    expect(code).not.toMatch(/^const \w+ = process\.getBuiltinModule\("node:(?:zlib|fs\/promises)"\)/m);
  });
});

/** The text of each file that `serve` loads of the program, and what else these require at once. */
function loadedByServe(): {
  readonly files: ReadonlyMap<string, string>;
  readonly required: readonly string[];
} {
  const folder = join(PROGRAM, '../../program');
  const files = new Map<string, string>();
  const others = new Set<string>();
  const load = (file: string): void => {
    if (files.has(file)) return;
    const text = readFileSync(join(folder, file), 'utf8');
    files.set(file, text);
    for (const [, required = ''] of text.matchAll(/^(?:const|let|var) [^;]*?\brequire\("([^"]+)"\)/gm)) {
      if (required.startsWith('./')) load(required.slice(2));
      else others.add(required);
    }
  };
  const main = readFileSync(join(folder, 'main.cjs'), 'utf8');
  load('main.cjs');
  load(/require\("\.\/([^"]+)"\)[^\n]*\.serve\b/.exec(main)?.[1] ?? '');
  return { files, required: [...others] };
}
