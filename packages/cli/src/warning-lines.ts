/** A configuration's warnings for a person: what is said of several places is said once. */
import type { LoadedConfig } from '@countersign/gateway';

/** `gates.a.keys[0].secret, gates.b.keys[0].secret: The secret stands in the file.` */
export function warningLines(warnings: LoadedConfig['warnings']): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { path, message } of warnings) {
    const paths = places.get(message);
    if (paths === undefined) places.set(message, [path]);
    else paths.push(path);
  }
  return [...places].map(([message, paths]) => `${paths.join(', ')}: ${message}`);
}
