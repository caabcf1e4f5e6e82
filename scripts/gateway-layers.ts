/**
 * Prevents: folders of the gateway that import one another in turns, file by file without a circle, until none can be read,
 * tested or moved without all the others.
 */

/**
 * From the bottom up: a file imports its own layer and those before it, also by way of files of no layer, those of the root. The longest start
 * of a path decides its layer.
 */
const LAYERS: readonly string[] = [
  'flow-production-tracking/',
  'results/',
  'input/',
  // Data of each vendor; what answers look like there comes later.
  'vendors/',
  'outgoing/',
  'config/',
  'tokens/',
  'claims/',
  'stores/',
  'answers/',
  'flowent/',
  'vendors/answer-styles.ts',
  'outcomes/',
  'sessions/',
  'admin/',
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
  const heights = new Map<string, number>();
  /** How high a file reaches: its layer; for one of no layer, the highest of what it imports. */
  const heightOf = (file: string): number => {
    const known = heights.get(file) ?? layerOf(file);
    if (known !== undefined) return known;
    heights.set(file, -1);
    const height = Math.max(-1, ...(imports.get(file) ?? []).map(heightOf));
    heights.set(file, height);
    return height;
  };
  return [...imports].flatMap(([file, targets]) => {
    const layer = layerOf(file);
    if (layer === undefined)
      return file.includes('/')
        ? [`${file} is of no layer: name its folder in scripts/gateway-layers.ts`]
        : [];
    return targets
      .filter((target) => heightOf(target) > layer && !isForAReason(file, target))
      .map(
        (target) => `${file} imports ${target}: ${LAYERS[layer]} stands below ${LAYERS[heightOf(target)]}`,
      );
  });
}

function layerOf(file: string): number | undefined {
  const fitting = LAYERS.filter((start) => file.startsWith(start));
  const longest = fitting.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : LAYERS.indexOf(longest);
}

function isForAReason(file: string, target: string): boolean {
  return UPWARD.some(({ from, to }) => file.startsWith(from) && target === to);
}
