/** The elements of a list in a JSON object, against those that `JSON.parse` has there. */
import { decodeUtf8 } from '../../packages/core/src/text/bytes.ts';
import { listElements } from '../../packages/core/src/text/json-elements.ts';
import { isJsonFault, scanJsonObject } from '../../packages/core/src/text/json-text.ts';
import { require, target } from '../target.ts';

type Elements = readonly Uint8Array[] | undefined;

export const jsonElements = target<readonly Elements[] | undefined>({
  about: 'elements of each list of a JSON object, as JSON.parse has them; nothing where a value is no list',
  words: ['{"a":[1,{"b":"\\""}],"c":[ ]}', '[[],{}]', '"]"', '"\\\\"', ' , ', '[[', '}]', '{"a":["'],
  read(bytes) {
    const json = scanJsonObject(bytes);
    if (isJsonFault(json)) return undefined;
    return json.members.map(({ valueStart, valueEnd }) => listElements(bytes, valueStart, valueEnd));
  },
  judge(bytes, lists) {
    if (lists === undefined) return;
    // The scanner, which has a target of its own, takes no name twice: each member has its value.
    const values = Object.entries(JSON.parse(decodeUtf8(bytes) ?? ''));
    const byName = new Map(values);
    const json = scanJsonObject(bytes);
    require(!isJsonFault(json), 'the scanner refuses what it took');
    for (const [i, { name }] of json.members.entries()) {
      const value = byName.get(name);
      const elements = lists[i]?.map((element) => JSON.parse(decodeUtf8(element) ?? ''));
      require(Array.isArray(value)
        ? JSON.stringify(elements) === JSON.stringify(value)
        : elements === undefined, `it reads other elements at ${JSON.stringify(name)}`);
    }
  },
});
