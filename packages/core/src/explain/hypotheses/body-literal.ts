/** Bodies that are what a language shows of an object, and not JSON. */
import type { SignHypothesis } from '../hypothesis.ts';
import { bodyJson, bodyText } from '../other-body.ts';
import { BODY_STEPS, RAW } from './body-part.ts';

/** How the text begins, and who writes so. */
const LITERALS: readonly (readonly [RegExp, string])[] = [
  [/^(?:\[\s*)?\{'[^'\n]{0,200}': /, 'Python’s str() of a dict'],
  [
    /^(?:OrderedDict|defaultdict|ImmutableMultiDict|MultiDict)\(|^<(?:Immutable)?(?:Query|Multi)Dict: /,
    'Python’s str() of a dict',
  ],
  [/^(?:\[\s*)?\{(?:"[^"\n]{0,200}"|:\w+) ?=> ?/, 'Ruby’s inspect of a Hash'],
  [/^%\{"[^"\n]{0,200}" => |^%\{\w+: /, 'Elixir’s inspect of a map'],
  [/^(?:Array|stdClass Object)\s*\n\s*\(\n/, 'PHP’s print_r'],
  [/^(?:array\(\d+\) \{|object\(\w+\)#\d+)/, 'PHP’s var_dump'],
  [/^array ?\(\n/, 'PHP’s var_export'],
  [/^(?:a:\d+:\{|O:\d+:")/, 'PHP’s serialize'],
  [/^(?:\[)?map\[[^\]\s:]{1,200}:/, 'Go’s %v of a map'],
  [/^\$VAR1 = /, 'Perl’s Data::Dumper'],
  [/^@\{\w+=/, 'PowerShell’s text of an object'],
  [/^(?:\[)?\{\w+=[^{}]/, 'Java’s toString of a Map'],
  [
    /^(?:\[\s*)?\{\s*(?:\w+|'[^'\n]{0,200}'): ?(?:['"`[{\d-]|true|false|null|undefined)/,
    'JavaScript’s util.inspect, which console.log uses',
  ],
];

export const BODY_LITERAL: readonly SignHypothesis[] = [
  {
    id: 'body-printed-as-literal',
    ...BODY_STEPS,
    certainty: 'likely',
    sees(trial) {
      const text = bodyText(trial)?.trim();
      if (!text || bodyJson(trial)) return undefined;
      return LITERALS.find(([begin]) => begin.test(text))?.[1];
    },
    says: (writer) =>
      `The body is not JSON but an object as a language shows it (${writer}): it was parsed, and the object was made a text.`,
    mend: () =>
      `${RAW} To send an object on, print it as JSON: json.dumps, to_json, json_encode, JSON.stringify.`,
    example: 'raw-body',
  },
];
