/** The name that somebody meant who wrote one that is not known. */
import { nearMiss } from '@countersign/core';

/** What people write who know another gateway or library, without -, _ and capitals, and the word for it here. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['proxy', 'forward'],
  ['upstream', 'forward'],
  ...[
    'publickey',
    'verificationkey',
    'verifyingkey',
    'pem',
    'certificate',
    'jwk',
    'key',
    'value',
    'token',
    'password',
    'text',
    'signingsecret',
    'signingkey',
    'webhooksecret',
    'webhooksigningkey',
    'sharedsecret',
    'secretkey',
    'hmackey',
    'hmacsecret',
    'privatekey',
    'apikey',
  ].map((name): readonly [string, string] => [name, 'secret']),
]);

/** @param names that are known there */
export function meantName(name: string, names: readonly string[]): string | undefined {
  const synonym = SYNONYMS.get(name.toLowerCase().replace(/[-_]/g, ''));
  return names.find((other) => other === synonym) ?? nearMiss(name, names);
}

/** Whether somebody wrote it for a key that is no secret. */
export function isOfPublicKey(name: string): boolean {
  return /public|verif|pem|cert|jwk/i.test(name);
}
