/** What made a request: each program with its version, as it says itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ASKED: Readonly<Record<string, readonly [string, ...string[]]>> = {
  python: ['/usr/bin/python3', '-c', 'import platform; print("Python", platform.python_version())'],
  flask: [
    '/usr/bin/python3',
    '-c',
    'from importlib.metadata import version; print("Flask", version("flask"))',
  ],
  django: ['/usr/bin/python3', '-c', 'import django; print("Django", django.__version__)'],
  requests: ['/usr/bin/python3', '-c', 'import requests; print("requests", requests.__version__)'],
  php: ['php', '-r', 'echo "PHP ", PHP_VERSION;'],
  ruby: ['ruby', '-e', 'puts "Ruby #{RUBY_VERSION}"'],
  rack: ['ruby', '-e', 'require "rack"; puts "Rack #{Rack.release}"'],
  perl: ['perl', '-MJSON::PP', '-e', 'printf "Perl %vd, JSON::PP %s", $^V, $JSON::PP::VERSION'],
  go: ['sh', '-c', 'go version | sed "s/go version go/Go /; s/ linux.*//"'],
  java: ['sh', '-c', 'java -version 2>&1 | sed -n "1s/.*\\"\\(.*\\)\\".*/Java \\1/p"'],
  nginx: ['sh', '-c', 'nginx -v 2>&1 | sed "s,.*nginx/,nginx ,"'],
  haproxy: ['sh', '-c', 'haproxy -v | sed -n "1s/.*version \\([0-9.]*\\).*/HAProxy \\1/p"'],
  apache: ['sh', '-c', 'apache2 -v | sed -n "1s,.*Apache/\\([0-9.]*\\).*,Apache \\1,p"'],
  curl: ['sh', '-c', 'curl -V | sed -n "1s/curl \\([0-9.]*\\).*/curl \\1/p"'],
  bash: ['sh', '-c', 'bash --version | sed -n "1s/.*version \\([0-9.]*\\).*/bash \\1/p"'],
  jq: ['sh', '-c', 'jq --version | sed "s/jq-/jq /"'],
  vim: ['sh', '-c', 'vim --version | sed -n "1s/.*IMproved \\([0-9.]*\\).*/Vim \\1/p"'],
  ed: ['sh', '-c', 'ed --version | sed -n "1s/GNU ed /GNU ed /p"'],
  iconv: ['sh', '-c', 'iconv --version | sed -n "1s/.* \\([0-9.]*\\)$/iconv (glibc) \\1/p"'],
  gzip: ['sh', '-c', 'gzip --version | sed -n 1p'],
  openssl: ['sh', '-c', 'openssl version | cut -d" " -f1,2'],
  coreutils: ['sh', '-c', 'fold --version | sed -n "1s/.*coreutils) /GNU coreutils /p"'],
  sed: ['sh', '-c', 'sed --version | sed -n "1s/sed (GNU sed) /GNU sed /p"'],
};

const answers = new Map<string, string>();

/** e.g. `php` → `PHP 8.2.36`; of a package of npm `stripe 23.1.0`. */
export function versionOf(name: string): string {
  const kept = answers.get(name);
  if (kept !== undefined) return kept;
  const version = name === 'node' ? `Node ${process.versions.node}` : askedVersion(name);
  answers.set(name, version);
  return version;
}

function askedVersion(name: string): string {
  const asked = ASKED[name];
  if (asked === undefined) {
    const manifest = join(import.meta.dirname, '../node_modules', name, 'package.json');
    return `${name} ${(JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version}`;
  }
  const [command, ...args] = asked;
  const text = execFileSync(command, args, { encoding: 'utf8' }).trim();
  if (text === '') throw new Error(`${name} does not say its version`);
  return text;
}

/** Runs a program with standard input. @throws Error where it fails. */
export function pipe(input: Buffer, command: string, ...args: readonly string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    input,
    maxBuffer: 1 << 24,
    timeout: 20_000,
  });
  if (status === 0) return stdout;
  throw error ?? new Error(`${command} ${args.join(' ')}: ${stderr}`);
}
