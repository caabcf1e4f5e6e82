/** Reads the fields of a menu item's form; blank ones count as absent, as for the signature. */
import type { Issue } from './schema.ts';

/** Each reads one field, and adds an issue where its text is no such thing. */
export interface FormFields {
  text(name: string): string | undefined;
  /** A whole number that a JavaScript number can hold. */
  id(name: string): number | undefined;
  /** Empty where the field is absent. */
  ids(name: string): readonly number[];
  /** The items of a comma list, blank ones too: their places tell which items of another list belong to them. */
  list(name: string): readonly string[];
  /** The value that was read, or an issue and `stand` where the field is absent. */
  required<T>(name: string, value: T | undefined, stand: T): T;
  refuse(name: string, message: string): void;
}

export function readFormFields(fields: Readonly<Record<string, unknown>>, issues: Issue[]): FormFields {
  const refuse = (name: string, message: string): void => void issues.push({ path: [name], message });
  const sent = (name: string): unknown => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return field === '' ? undefined : field;
  };
  const text = (name: string): string | undefined => {
    const field = sent(name);
    if (field === undefined || typeof field === 'string') return field;
    refuse(name, 'must be a string');
    return undefined;
  };
  // The documentation writes lists with a space after the comma.
  const list = (name: string): readonly string[] =>
    text(name)
      ?.split(',')
      .map((item) => item.trim()) ?? [];
  return {
    refuse,
    text,
    list,
    id(name) {
      const field = text(name);
      const id = field === undefined ? undefined : wholeNumber(field);
      if (field !== undefined && id === undefined) refuse(name, 'must be a whole number');
      return id;
    },
    ids(name) {
      const ids = list(name).map(wholeNumber);
      if (ids.every((id) => id !== undefined)) return ids;
      refuse(name, 'must be whole numbers with commas between them');
      return [];
    },
    required(name, value, stand) {
      if (sent(name) === undefined) refuse(name, 'is required');
      return value ?? stand;
    },
  };
}

function wholeNumber(text: string): number | undefined {
  const number = Number(text);
  return /^[0-9]+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}
