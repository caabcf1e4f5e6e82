/** The form that an action’s JSON Schema stands for. What it does not understand is written as JSON. */

export interface InputField {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly shape: InputShape;
}

export type InputShape =
  | { readonly kind: 'text'; readonly format: TextFormat; readonly limits: readonly Limit[] }
  | { readonly kind: 'number'; readonly isWhole: boolean; readonly limits: readonly Limit[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly values: readonly Primitive[] }
  | { readonly kind: 'group'; readonly fields: readonly InputField[] }
  | { readonly kind: 'list'; readonly item: InputShape }
  /** Whatever it may be. */
  | { readonly kind: 'json' };

export type TextFormat = 'line' | 'lines' | 'date' | 'email' | 'url' | 'file';
export type Primitive = string | number | boolean | null;

export interface Limit {
  readonly kind: 'least' | 'most' | 'pattern';
  readonly value: string;
}

export type Schema = Readonly<Record<string, unknown>>;

/** Deeper ones are written as JSON. */
const MOST_DEPTH = 6;

/** The fields of an action’s input; undefined where it is no object with members of known names. */
export function inputFields(schema: Schema | undefined): readonly InputField[] | undefined {
  if (schema === undefined) return undefined;
  const shape = shapeOf(schema, schema, 0);
  return shape.kind === 'group' ? shape.fields : undefined;
}

function shapeOf(value: unknown, root: Schema, depth: number): InputShape {
  const schema = resolved(value, root, depth);
  if (schema === undefined || depth > MOST_DEPTH) return { kind: 'json' };
  const alternatives = [schema['anyOf'], schema['oneOf']].find(Array.isArray);
  if (alternatives !== undefined) return shapeOfAny(alternatives, root, depth);
  const choices = 'const' in schema ? [schema['const']] : schema['enum'];
  if (Array.isArray(choices)) {
    const values = choices.filter(isPrimitive);
    return values.length === choices.length ? { kind: 'choice', values } : { kind: 'json' };
  }
  switch (typeOf(schema)) {
    case 'string':
      return { kind: 'text', format: formatOf(schema), limits: limitsOf(schema) };
    case 'integer':
      return { kind: 'number', isWhole: true, limits: limitsOf(schema) };
    case 'number':
      return { kind: 'number', isWhole: false, limits: limitsOf(schema) };
    case 'boolean':
      return { kind: 'flag' };
    case 'array':
      return isSchema(schema['items'])
        ? { kind: 'list', item: shapeOf(schema['items'], root, depth + 1) }
        : { kind: 'json' };
    case 'object':
      return groupOf(schema, root, depth);
    default:
      return { kind: 'json' };
  }
}

/** One of several: of null and another the other; of constants a choice. */
function shapeOfAny(alternatives: readonly unknown[], root: Schema, depth: number): InputShape {
  const shapes = alternatives
    .filter((each) => typeOf(resolved(each, root, depth)) !== 'null')
    .map((each) => shapeOf(each, root, depth + 1));
  const [first, ...others] = shapes;
  if (first !== undefined && others.length === 0) return first;
  const values = shapes.flatMap((shape) => (shape.kind === 'choice' ? shape.values : []));
  return shapes.every(({ kind }) => kind === 'choice') ? { kind: 'choice', values } : { kind: 'json' };
}

function groupOf(schema: Schema, root: Schema, depth: number): InputShape {
  const { properties, required } = schema;
  if (!isSchema(properties) || 'allOf' in schema) return { kind: 'json' };
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  const fields = Object.entries(properties).map(([name, property]): InputField => {
    const own = resolved(property, root, depth) ?? {};
    return {
      name,
      title: textOf(own['title']) || name,
      description: textOf(own['description']),
      isRequired: names.includes(name),
      shape: shapeOf(property, root, depth + 1),
    };
  });
  return { kind: 'group', fields };
}

/** What a local reference leads to. */
function resolved(value: unknown, root: Schema, depth: number): Schema | undefined {
  if (!isSchema(value)) return undefined;
  const reference = value['$ref'];
  if (typeof reference !== 'string') return value;
  if (!reference.startsWith('#/') || depth > MOST_DEPTH) return undefined;
  let target: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    target = isSchema(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return resolved(target, root, depth + 1);
}

/** Of a list the one that is not null. */
function typeOf(schema: Schema | undefined): string | undefined {
  const type = schema?.['type'];
  if (typeof type === 'string') return type;
  if (!Array.isArray(type)) return undefined;
  const others = type.filter((each) => each !== 'null');
  return others.length === 1 && typeof others[0] === 'string' ? others[0] : undefined;
}

function formatOf({ format, contentEncoding, maxLength, contentMediaType }: Schema): TextFormat {
  if (contentEncoding === 'base64') return 'file';
  if (format === 'date' || format === 'email') return format;
  if (format === 'uri' || format === 'url') return 'url';
  const isLong = typeof maxLength === 'number' && maxLength > 200;
  return isLong || contentMediaType !== undefined ? 'lines' : 'line';
}

function limitsOf(schema: Schema): readonly Limit[] {
  const rows: readonly (readonly [name: string, kind: Limit['kind'], unit: string])[] = [
    ['minimum', 'least', ''],
    ['maximum', 'most', ''],
    ['minLength', 'least', ' characters'],
    ['maxLength', 'most', ' characters'],
    ['pattern', 'pattern', ''],
  ];
  return rows.flatMap(([name, kind, unit]) => {
    const value = schema[name];
    // What only says that it is a safe integer tells nobody anything.
    const isTelling = Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER && value !== 0;
    return (typeof value === 'number' && isTelling) || typeof value === 'string'
      ? [{ kind, value: `${String(value)}${unit}` }]
      : [];
  });
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPrimitive(value: unknown): value is Primitive {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
