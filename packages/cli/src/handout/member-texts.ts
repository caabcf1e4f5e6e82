/** The source text of JSON members that a program adds to a body. */
import { type Atom, joined, type PlacedPart } from './plan-parts.ts';

/** Members of one object stand together: `"sig":{"time":1,"value":"ab"}`. */
export function memberTexts(parts: readonly PlacedPart[], depth = 0): readonly Atom[] {
  const names = [...new Set(parts.map((part) => namesOf(part)[depth] ?? ''))];
  return joined(
    names.flatMap((name, i): readonly Atom[] => {
      const own = parts.filter((part) => namesOf(part)[depth] === name);
      const label = { text: `${i === 0 ? '' : ','}${JSON.stringify(name)}:` };
      const [first] = own;
      if (own.length === 1 && first && namesOf(first).length === depth + 1)
        return [label, ...valueAtoms(first)];
      return [label, { text: '{' }, ...memberTexts(own, depth + 1), { text: '}' }];
    }),
  );
}

function namesOf({ place }: PlacedPart): readonly string[] {
  return place.kind === 'member' ? place.names : [];
}

/** What programs make has no character that JSON escapes; what is known now is escaped now. */
function valueAtoms({ value, isNumber = false }: PlacedPart): readonly Atom[] {
  if (isNumber) return value;
  const escaped = value.map((atom) =>
    'text' in atom ? { text: JSON.stringify(atom.text).slice(1, -1) } : atom,
  );
  return [{ text: '"' }, ...escaped, { text: '"' }];
}
