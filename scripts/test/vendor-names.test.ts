import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { misplacedVendorNames, namedIn } from '../vendor-names.ts';

const NAMES = [
  { id: 'acme', isStandard: false },
  { id: 'acme-sign-in', isStandard: false },
  { id: 'hmac', isStandard: true },
];

describe('a vendor’s name in a source', () => {
  it.each([
    ["if (provider === 'acme') go();", "'acme'"],
    ['if (provider === `acme`) go();', 'a template'],
    ['const table = { acme: 1 };', 'a member'],
    ["const table = { 'acme-sign-in': 1 };", 'a member in quotes'],
    ["type Form = 'acme' | 'json';", 'a type'],
    ['createAcmeBroker();', 'a word of a function'],
    ['const ACME_URL = 1;', 'a word of a constant'],
    ["read('ACME_URL');", 'a variable'],
    ["import { acmeAnswers } from './answers.ts';", 'what is imported'],
    ["if (scheme === 'hmac') go();", 'a standard’s id as it is'],
  ])('is found in %s', (source) => {
    expect(namedIn(source, NAMES)).not.toEqual([]);
  });

  it.each([
    ['// Acme’s way.\ngo();', 'a comment'],
    ["import { answers } from './acme/answers.ts';", 'where something is imported from'],
    ["const load = () => import('./acme.ts');", 'what is loaded'],
    ["say('Acme takes text only.');", 'a sentence'],
    ["say('countersign init acme');", 'a line of an example'],
    ["const docs = 'https://acme.example/docs';", 'an address'],
    ["const path = '/webhooks/acme';", 'a path'],
    ['const acmeist = pacme;', 'other words'],
    ['createHmac("sha256", hmacKey);', 'what is named after a standard'],
    ["const algorithm = 'hmac-sha256';", 'an algorithm'],
  ])('is none in %s', (source) => {
    expect(namedIn(source, NAMES)).toEqual([]);
  });
});

describe('a vendor’s name in the packages', () => {
  it('stands in its own files, and where vendors’ data, samples and simulators are', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vendor-names-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const write = (path: string, text: string): void => {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    const asks = "export const isAcme = (id: string) => id === 'acme';\n";
    for (const path of [
      'core/src/providers/acme.ts',
      'gateway/src/sessions/brokers/other.ts',
      'gateway/src/vendors/all.ts',
      'gateway/src/acme/client.ts',
      'gateway/src/input/acme-input.ts',
      'cli/src/demo/a.ts',
      'sandbox/src/a.ts',
      'core/src/testing/a.ts',
      'gateway/test/a.ts',
      'core/src/a.generated.ts',
    ]) {
      write(path, asks);
    }
    write('core/src/schemes/types.ts', "export const TYPES = ['hmac'];\n");
    expect(misplacedVendorNames(folder, NAMES)).toEqual([]);
    write('gateway/src/config/rules.ts', `\n${asks}`);
    write('core/src/schemes/kinds.ts', asks);
    expect(misplacedVendorNames(folder, NAMES)).toEqual(
      [
        ...[1, 1].map(
          (line, i) => `packages/core/src/schemes/kinds.ts:${line} says ${['isAcme', 'acme'][i]}`,
        ),
        ...[2, 2].map(
          (line, i) => `packages/gateway/src/config/rules.ts:${line} says ${['isAcme', 'acme'][i]}`,
        ),
      ].map((text) => `${text}: what is known of acme stands in its own files`),
    );
  });
});
