/** Loads the transformation of a destination. */
import { nearMiss, SetupError } from '@countersign/core';
import { describeGiven } from '@countersign/core/internal/check-options';
import { loadModule } from '../actions/load-module.ts';
import type { ModuleLoader } from '../actions/module-loader.ts';
import { isTransform, type Transform } from './define-transform.ts';

export interface TransformSource {
  /** Absolute path of the module. */
  readonly file: string;
  /** The export. Absent: the only one that `defineTransform` has made. */
  readonly name?: string;
}

/** A transformation, and what it is called in what is said of it. */
export interface LoadedTransform extends TransformSource {
  readonly name: string;
  readonly transform: Transform;
}

/** @throws SetupError where the module does not load within 30 s, or it is not clear which of its exports is meant */
export async function loadTransform(
  { file, name }: TransformSource,
  option: string,
  load?: ModuleLoader,
): Promise<LoadedTransform> {
  const exported: Readonly<Record<string, unknown>> = { ...(await loadModule(file, option, load)) };
  if (name !== undefined) return { file, name, transform: namedExport(exported, file, name, option) };
  const names = Object.keys(exported).sort();
  const all = new Map(
    names.flatMap((key) => {
      const value = exported[key];
      return isTransform(value) ? [[value, key] as const] : [];
    }),
  );
  const [only, second] = all;
  if (only !== undefined && second === undefined) return { file, name: only[1], transform: only[0] };
  throw only === undefined
    ? new SetupError(
        option,
        `${file} exports no transformation`,
        'Export what defineTransform returns, or name the export.',
      )
    : new SetupError(
        option,
        `${file} exports several transformations`,
        `Name one of ${[...all.values()].join(', ')}.`,
      );
}

/** One that is named may be any function. */
function namedExport(
  exported: Readonly<Record<string, unknown>>,
  file: string,
  name: string,
  option: string,
): Transform {
  const value = Object.hasOwn(exported, name) ? exported[name] : undefined;
  if (typeof value === 'function') return value as Transform;
  const names = Object.keys(exported)
    .filter((key) => typeof exported[key] === 'function')
    .sort();
  const meant = nearMiss(name, names);
  throw new SetupError(
    option,
    Object.hasOwn(exported, name)
      ? `the export ${name} of ${file} is ${describeGiven(value)}`
      : `the module ${file} exports no ${name}`,
    `${meant === undefined ? '' : `Did you mean ${meant}? `}Name a function that the module exports.`,
  );
}
