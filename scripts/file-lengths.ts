/** How long a file may be, and which may be longer. */

/** A file of more lines holds more than one idea: it is split by these. */
const MOST_LINES = 300;

/** A test's cases may be many of one subject; beyond this there are two subjects. */
const MOST_LINES_OF_TESTS = 700;

/** Which files are longer and stay whole, by the pattern of their path, and why. */
const EXEMPT: readonly { readonly path: RegExp; readonly why: string }[] = [
  { path: /\.generated\.ts$/, why: 'nobody writes it' },
  { path: /^packages\/core\/src\/refusals\.ts$/, why: 'one table, which is read as one' },
  { path: /^interop\/system\/proxies\/head-changes\.ts$/, why: 'one table of changes' },
  { path: /^corpus\/breaks\/[\w-]+\.ts$/, why: 'a table of causes: as long as it has rows' },
  { path: /^packages\/\w+\/test\/words\/[\w-]+-cases\.ts$/, why: 'a table: as long as it has sentences' },
];

/** What is wrong with the lengths of these files. @param files lines by path from the root, `/` between folders */
export function lengthFaults(files: ReadonlyMap<string, number>): readonly string[] {
  const faults: string[] = [];
  const used = new Set<RegExp>();
  for (const [path, lines] of files) {
    const most = /(^|\/)test\//.test(path) ? MOST_LINES_OF_TESTS : MOST_LINES;
    if (lines <= most) continue;
    const exemption = EXEMPT.find((row) => row.path.test(path));
    if (exemption) used.add(exemption.path);
    else faults.push(`${path} has ${lines} lines, more than ${most}: split it by its ideas`);
  }
  for (const { path } of EXEMPT) {
    if (!used.has(path)) faults.push(`no file needs the exemption ${path.source}: take it out`);
  }
  return faults;
}
