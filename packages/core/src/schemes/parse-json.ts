/** JSON bodies that are parsed before their proof is judged. */
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { runOn } from '../pause.ts';
import { isJsonFault, type JsonFault, type JsonObjectText, JsonScan } from '../text/json-text.ts';
import type { TemplatePassage } from './template-found.ts';

/** In slices where it takes long. @param sorts whether to note which objects’ members are out of order */
export function parseJson(passage: TemplatePassage, sorts: boolean): MaybePromise<Objection | undefined> {
  const scan = new JsonScan(passage.request.body, sorts);
  const note = (json: JsonObjectText | JsonFault): Objection | undefined => {
    if (isJsonFault(json))
      return objection('malformed-body', `in the body, ${json.fault}, at byte ${json.offset}`);
    passage.found.json = json;
    return undefined;
  };
  const first = scan.run();
  return first ? note(first) : runOn(() => scan.run()).then(note);
}
