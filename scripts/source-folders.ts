/** Where this project's own programs stand, beside its packages: what holds for all code holds there. */
export const PROGRAM_FOLDERS: readonly string[] = [
  'scripts',
  'bench',
  'interop',
  'fuzz',
  'mutants',
  'torture',
  'corpus',
  'conformance',
  'runtime-tests',
  'examples',
  'site',
];
