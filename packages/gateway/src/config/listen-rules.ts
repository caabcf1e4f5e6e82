/** The rules of the listeners, and of whom gates let in; see `rules.ts`. */
import type { Finding } from './finding.ts';
import { isLoopback } from './read-text.ts';
import { listenAddress, meet } from './target-rules.ts';
import { isMapping, type ValuePath, valueAt } from './value-path.ts';

export function listenRules(tree: unknown): readonly Finding[] {
  const [open, admin] = [listenAddress(tree, 'public'), listenAddress(tree, 'admin')];
  const findings: Finding[] = [...tlsRules(tree, 'tls'), ...tlsRules(tree, 'adminTls')];
  if (admin === undefined) return findings;
  const path = ['listen', 'admin'];
  if (!isLoopback(admin) && valueAt(tree, ['admin', 'token']) === undefined) {
    findings.push({
      path,
      problem: 'can be reached from other machines, and admin.token is not set',
      expected: 'a loopback address such as 127.0.0.1:8788, or an admin.token',
    });
  }
  if (open !== undefined && open.port !== 0 && open.port === admin.port && meet(open.host, admin.host)) {
    findings.push({ path, problem: 'is the address of listen.public', expected: 'a port of its own' });
  }
  return findings;
}

function tlsRules(tree: unknown, name: 'tls' | 'adminTls'): readonly Finding[] {
  const path = ['listen', name];
  const tls = valueAt(tree, path);
  if (!isMapping(tls)) return [];
  const { ca, clientCertificates = 'none' } = tls;
  if (clientCertificates === 'none')
    return ca === undefined
      ? []
      : [
          {
            path: [...path, 'ca'],
            problem: 'is given, and clients are not asked for certificates',
            expected: 'clientCertificates: required or optional, or no ca',
          },
        ];
  const findings: Finding[] = [];
  if (ca === undefined)
    findings.push({
      path: [...path, 'clientCertificates'],
      problem: `is ${String(clientCertificates)}, and nothing says which authorities issue the clients’ certificates`,
      expected: 'ca, or none',
    });
  if (name === 'adminTls' && clientCertificates === 'optional')
    findings.push({
      path: [...path, 'clientCertificates'],
      problem: 'is optional, and the admin listener would do nothing with them',
      expected: 'required or none',
    });
  return findings;
}

/** Whom a gate lets in before it judges a proof. */
export function admissionRules(
  tree: unknown,
  path: ValuePath,
  { clients, rate }: Readonly<Record<string, unknown>>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const asked = valueAt(tree, ['listen', 'tls', 'clientCertificates']) ?? 'none';
  if (clients !== undefined && asked === 'none')
    findings.push({
      path: [...path, 'clients'],
      problem: 'is given, and the public listener asks nobody for a certificate',
      expected: 'listen.tls with clientCertificates: required or optional, or no clients',
    });
  if (!isMapping(rate)) return findings;
  if (rate['perClient'] === undefined && rate['total'] === undefined)
    findings.push({
      path: [...path, 'rate'],
      problem: 'has no limit',
      expected: 'perClient or total',
    });
  else if (rate['perClient'] === undefined && rate['burst'] !== undefined)
    findings.push({
      path: [...path, 'rate', 'burst'],
      problem: 'is given without perClient, whose burst it is',
      expected: 'perClient, or no burst',
    });
  return findings;
}
