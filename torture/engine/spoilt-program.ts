/** A copy of the built program with one thing changed: what is held of the program must not hold of this. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Change {
  readonly title: string;
  /** Global. Names within functions are the bundler’s: any will do. */
  readonly find: RegExp;
  readonly replace: string;
}

export interface SpoiltProgram {
  /** The folder of the command line. */
  readonly program: string;
  remove(): void;
}

/** @throws Error where the text is not there exactly once: the program is written in another way now */
export function spoiltProgram({ title, find, replace }: Change): SpoiltProgram {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-spoilt-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    for (const name of ['bin', 'program', 'package.json']) {
      cpSync(join(ROOT, 'packages/cli', name), join(folder, name), {
        recursive: true,
        filter: (path) => !path.endsWith('.map'),
      });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const files = readdirSync(join(folder, 'program')).map((name) => join(folder, 'program', name));
    const places = files.flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return Array.from(text.matchAll(find), () => ({ file, text }));
    });
    const [place] = places;
    if (place === undefined || places.length > 1) {
      throw new Error(
        `${title}: ${find} is ${places.length} times in the built program\n  → Write the change anew, as the program is now.`,
      );
    }
    writeFileSync(place.file, place.text.replace(find, replace));
    return { program: folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
