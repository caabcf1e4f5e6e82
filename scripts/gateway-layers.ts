/**
 * Prevents: rooms of the gateway that import one another in turns, file by file without a circle, until none can be read,
 * tested or moved without all the others.
 */

/**
 * From the bottom up: a file imports its own layer and those before it. Each file is of one; the longest start of its path decides.
 * What is no folder is shared by rooms of several layers, or puts them together.
 */
const LAYERS: readonly string[] = [
  'timer-delay.ts',
  'turns.ts',
  'sync-folder.ts',
  'loop-slices.ts',
  'equal-texts.ts',
  'config/units.ts',
  'rate-limit.ts',
  'lifecycle.ts',
  'require-node.ts',
  'version.ts',
  'ipv6-groups.ts',
  'client-address.ts',
  'flow-production-tracking/',
  'results/',
  'input/',
  // Data of each vendor; what answers look like there comes later.
  'vendors/',
  'outgoing/',
  'passwords/',
  'config/',
  'passing-headers.ts',
  'log/',
  'metrics/',
  'telemetry/',
  'tls/',
  'redis/',
  'admission/',
  'stores/',
  'sealed/',
  'audit/',
  'refused/',
  'keeping/',
  'tokens/',
  'paths/',
  'http-answer.ts',
  'call.ts',
  'claims/',
  'modes/',
  'actions/',
  'tenants/',
  'answers/',
  'deliver/',
  'issues/',
  'flowent/',
  'flowent/registration/',
  'flowent/index.ts',
  'vendors/answer-styles.ts',
  'outcomes/',
  'gates/',
  'explaining/',
  'test-files/',
  'sessions/',
  'http/',
  'admin/',
  'gates-and-sessions.ts',
  'gateway-options.ts',
  'dry-start.ts',
  'setting/',
  'gateway-figures.ts',
  'open-configured-store.ts',
  'admin-listener.ts',
  'running-gateway.ts',
  'gateway.ts',
  'index.ts',
  'testing/',
];

/** What runs upward for a reason. */
const UPWARD: readonly { readonly from: string; readonly to: string; readonly why: string }[] = [
  {
    from: 'config/',
    to: 'sessions/brokers/all.generated.ts',
    why: 'a broker brings the schema of its own settings',
  },
];

/** @param imports of each file of `packages/gateway/src` what it imports; paths from there */
export function upwardImports(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...imports].flatMap(([file, targets]) => {
    const layer = layerOf(file);
    if (layer === -1) return [`${file} is of no layer: name it, or its folder, in scripts/gateway-layers.ts`];
    return targets
      .filter((target) => layerOf(target) > layer && !isForAReason(file, target))
      .map((target) => `${file} imports ${target}: ${LAYERS[layer]} stands below ${LAYERS[layerOf(target)]}`);
  });
}

/** Its place in the order; -1 where it is of none. */
function layerOf(file: string): number {
  const starts = LAYERS.filter((start) => file.startsWith(start));
  const longest = starts.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? -1 : LAYERS.indexOf(longest);
}

function isForAReason(file: string, target: string): boolean {
  return UPWARD.some(({ from, to }) => file.startsWith(from) && target === to);
}
