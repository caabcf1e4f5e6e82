/** Gates whose paths hold another gate's: what passes by the narrow one's spelling comes to the wide one. */
import type { GateConfig, PathSegment } from './config.ts';
import type { ConfigWarning } from './finding.ts';

type Routed = Pick<GateConfig, 'name' | 'path' | 'segments'>;

/** More gates than these are counted, not named. */
const MAX_NAMED = 3;

/** One warning for each gate that takes what surrounds other gates. */
export function overlapWarnings(gates: readonly Routed[]): readonly ConfigWarning[] {
  return gates.flatMap((wide) => {
    const inside = gates.filter(
      (narrow) => narrow.path !== wide.path && holds(wide.segments, narrow.segments),
    );
    if (inside.length === 0) return [];
    const named = inside.slice(0, MAX_NAMED).map(({ name, path }) => `${name} (${path})`);
    const more = inside.length > MAX_NAMED ? ` and ${inside.length - MAX_NAMED} more` : '';
    const cased = inside.map((narrow) => otherCase(wide.segments, narrow)).find((path) => path !== undefined);
    const example =
      cased === undefined ? '' : ` Another case of the letters, such as ${cased}, comes here too.`;
    const message = `${wide.path} holds the paths of ${named.join(', ')}${more}: what those do not take comes here.${example}`;
    return [{ path: `gates.${wide.name}.path`, message }];
  });
}

/** Whether a pattern takes every path that another, more specific one takes. */
function holds(wide: readonly PathSegment[], narrow: readonly PathSegment[]): boolean {
  for (const [i, segment] of wide.entries()) {
    if (segment.kind === 'rest') return true;
    const other = narrow[i];
    if (other === undefined || other.kind === 'rest') return false;
    if (segment.kind === 'literal' && !(other.kind === 'literal' && other.text === segment.text))
      return false;
  }
  return wide.length === narrow.length;
}

/** The narrow gate's path with those letters in another case that the wide gate does not ask for; undefined where there are none. */
function otherCase(wide: readonly PathSegment[], { path, segments }: Routed): string | undefined {
  const texts = segments.map((segment, i) => {
    if (segment.kind === 'rest') return '*';
    if (segment.kind === 'param') return `:${segment.name}`;
    return wide[i]?.kind === 'literal' ? segment.text : swapCase(segment.text);
  });
  const changed = `/${texts.join('/')}`;
  return changed === path ? undefined : changed;
}

function swapCase(text: string): string {
  const upper = text.toUpperCase();
  return upper === text ? text.toLowerCase() : upper;
}
