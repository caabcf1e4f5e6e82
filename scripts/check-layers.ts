/**
 * Prevents: an import against the layers of ARCHITECTURE.md, which compiles, works, and rots the structure.
 * Packages: core → nothing; api → nothing; gateway → core, api; sandbox → core; console → api, core; cli → all.
 * Inside core: providers → schemes → crypto, text; pipeline names no provider; nothing imports index or adapters.
 * Inside the gateway: folders in one order, nothing upward: `gateway-layers.ts`.
 * In every package: no circles, type imports included. And a vendor is named in its own files only: `vendor-names.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PROVIDERS } from '../packages/core/src/providers/all.generated.ts';
import { SCHEME_TYPES } from '../packages/core/src/schemes/scheme-types.ts';
import { BROKER_IDS } from '../packages/gateway/src/sessions/brokers/all.generated.ts';
import { upwardImports } from './gateway-layers.ts';
import { misplacedVendorNames, type VendorName } from './vendor-names.ts';

interface Layer {
  /** Files of `packages/core/src` or a package, by the start of their path. */
  readonly of: string;
  /** Starts of the paths that they may import, besides their own. */
  readonly may: readonly string[];
}

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  api: [],
  gateway: ['core', 'api'],
  sandbox: ['core'],
  console: ['api', 'core'],
  cli: ['core', 'api', 'gateway', 'sandbox', 'console'],
};

/** What core may import from outside: nothing but its own crypto backend and gunzip, jose and structured-headers. */
const CORE_EXTERNAL = /^(#crypto|#gunzip|#signatures|jose|structured-headers)$/;

/** First match decides. */
const CORE_LAYERS: readonly Layer[] = [
  { of: 'text/', may: ['text/'] },
  { of: 'crypto/', may: ['crypto/', 'model.ts', 'pause.ts'] },
  { of: 'keys/', may: ['keys/', 'crypto/', 'text/', 'setup-error.ts'] },
  {
    of: 'schemes/',
    may: [
      'schemes/',
      'and-then.ts',
      'coverage-model.ts',
      'crypto/',
      'drop-oldest.ts',
      'text/',
      'scheme.ts',
      'model.ts',
      'objection.ts',
      'effective-request.ts',
      'keys.ts',
      'keys/',
      'key-finder.ts',
      'key-lookup.ts',
      'late-id.ts',
      'freshness.ts',
      'given.ts',
      'headers.ts',
      'near-miss.ts',
      'option-row.ts',
      'options.ts',
      'pause.ts',
      'scheme-source.ts',
      'setup-error.ts',
      'token-bucket.ts',
    ],
  },
  {
    of: 'providers/',
    may: [
      'providers/',
      'keys/',
      'schemes/',
      'text/',
      'model.ts',
      'freshness.ts',
      'near-miss.ts',
      'provider.ts',
      'provider-scheme.ts',
      'scheme.ts',
      'gate.ts',
      'given.ts',
      'option-row.ts',
      'options.ts',
      'setup-error.ts',
    ],
  },
  {
    of: 'pipeline.ts',
    may: [
      'acted.ts',
      'and-then.ts',
      'crypto/',
      'effective-request.ts',
      'gate.ts',
      'guard.ts',
      'identity.ts',
      'keys.ts',
      'leases.ts',
      'mismatch.ts',
      'model.ts',
      'objection.ts',
      'pause.ts',
      'pick-handshake.ts',
      'pipeline-gate.ts',
      'refusals.ts',
      'scheme.ts',
      'text/amounts.ts',
      'trace.ts',
      'unusable-keys.ts',
      'verdicts.ts',
    ],
  },
  {
    of: 'guard.ts',
    may: [
      'acted.ts',
      'and-then.ts',
      'gate.ts',
      'given.ts',
      'identity.ts',
      'leases.ts',
      'model.ts',
      'objection.ts',
      'pipeline-gate.ts',
      'replay.ts',
      'scheme.ts',
      'setup-error.ts',
      'verdicts.ts',
    ],
  },
];

const root = join(import.meta.dirname, '..');
const problems: string[] = [];

for (const [name, mayImport] of Object.entries(PACKAGES)) {
  const source = join(root, 'packages', name, 'src');
  const imports = new Map<string, readonly string[]>();
  for (const file of filesBelow(source)) {
    const specifiers = importsOf(readFileSync(file, 'utf8'));
    for (const specifier of specifiers) check(name, mayImport, source, file, specifier);
    const own = specifiers.filter((specifier) => specifier.startsWith('.'));
    imports.set(
      relative(root, file),
      own.map((specifier) => relative(root, resolve(dirname(file), specifier))),
    );
  }
  const circle = findCircle(imports);
  if (circle !== undefined) problems.push(`a circle: ${circle.join(' → ')}`);
  if (name === 'gateway') {
    const inside = (path: string): string => relative(source, join(root, path));
    const fromSource = [...imports].map(([file, to]) => [inside(file), to.map(inside)] as const);
    problems.push(...upwardImports(new Map(fromSource)));
  }
}

const vendors: readonly VendorName[] = [
  ...PROVIDERS.map(({ id, source }) => ({
    id,
    isStandard: /^RFC \d/.test(source) || SCHEME_TYPES.some((type) => type === id),
  })),
  ...BROKER_IDS.map((id) => ({ id, isStandard: false })),
];
problems.push(...misplacedVendorNames(join(root, 'packages'), vendors));

function check(
  name: string,
  mayImport: readonly string[],
  source: string,
  file: string,
  specifier: string,
): void {
  const where = relative(root, file);
  if (specifier.startsWith('.')) {
    const target = relative(source, resolve(dirname(file), specifier));
    if (target.startsWith('..')) problems.push(`${where} imports ${specifier}: outside its package`);
    else if (name === 'core') checkInsideCore(where, relative(source, file), target);
    else if (target === 'index.ts') problems.push(`${where} imports its own index`);
    return;
  }
  const other = /^(?:@countersign\/(\w+)|(countersign))(?:\/|$)/.exec(specifier);
  if (other) {
    const target = other[1] ?? 'cli';
    if (!mayImport.includes(target)) problems.push(`${where} imports ${specifier}: ${name} may not`);
  } else if (
    name === 'core' &&
    !CORE_EXTERNAL.test(specifier) &&
    !where.startsWith('packages/core/src/crypto/node')
  ) {
    problems.push(`${where} imports ${specifier}: core has no such dependency`);
  }
}

function checkInsideCore(where: string, file: string, target: string): void {
  if (target === 'index.ts') problems.push(`${where} imports index`);
  if (target.startsWith('adapters/') && !file.startsWith('adapters/'))
    problems.push(`${where} imports an adapter`);
  const layer = CORE_LAYERS.find(({ of }) => file.startsWith(of));
  if (layer && !layer.may.some((start) => target.startsWith(start))) {
    problems.push(`${where} imports ${target}: ${layer.of} may not`);
  }
}

/** The first circle that a walk along the imports comes upon; undefined where there is none. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const seen = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    const at = way.indexOf(file);
    if (at >= 0) return [...way.slice(at), file];
    if (seen.has(file)) return undefined;
    seen.add(file);
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next, [...way, file]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = walk(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function importsOf(text: string): string[] {
  const pattern =
    /^(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => join(folder, path));
  } catch {
    // A package that is not there yet breaks no rule.
    return [];
  }
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? 'layers: in order' : `layers: ${problems.length} places against the layers`,
);
process.exit(problems.length === 0 ? 0 : 1);
