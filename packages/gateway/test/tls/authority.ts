/** Certificate authorities and what they issue, made by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function openssl(dir: string, ...args: readonly string[]): string {
  return execFileSync('openssl', args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Authority {
  /** Its own certificate. */
  readonly ca: string;
  readonly caFile: string;
  /** @param san such as `DNS:partner.example`; several with commas @param days how long it is valid; fewer than 0: it has expired */
  issue(name: string, san: string, days?: number, key?: readonly string[]): Issued;
}

export function createAuthority(name: string): Authority {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-'));
  const [caFile, caKey] = [`${name}.pem`, `${name}.key`];
  openssl(
    dir,
    'req',
    '-x509',
    ...KEY,
    '-subj',
    `/CN=${name}`,
    '-days',
    '30',
    '-keyout',
    caKey,
    '-out',
    caFile,
  );
  return {
    ca: readFileSync(join(dir, caFile), 'utf8'),
    caFile: join(dir, caFile),
    issue(subject, san, days = 30, newKey = KEY) {
      const [certFile, keyFile, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) =>
        join(dir, `${subject}.${end}`),
      ) as [string, string, string, string];
      openssl(dir, 'req', '-new', ...newKey, '-subj', `/CN=${subject}`, '-keyout', keyFile, '-out', request);
      writeFileSync(extensions, san === '' ? '' : `subjectAltName=${san}\n`);
      const issuer = ['-CA', caFile, '-CAkey', caKey, '-extfile', extensions];
      openssl(dir, 'x509', '-req', '-in', request, ...issuer, '-days', String(days), '-out', certFile);
      return {
        cert: readFileSync(certFile, 'utf8'),
        key: readFileSync(keyFile, 'utf8'),
        certFile,
        keyFile,
      };
    },
  };
}

/** SHA-256 of a certificate, as openssl prints it. */
export function fingerprintOf({ certFile }: Issued): string {
  const printed = openssl('.', 'x509', '-in', certFile, '-noout', '-fingerprint', '-sha256');
  return printed.trim().split('=')[1] ?? '';
}
