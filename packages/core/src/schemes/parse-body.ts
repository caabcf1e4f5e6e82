/** Bodies that are parsed before their proof is judged, in slices where it takes long. */
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { pause, SLICE_BYTES } from '../pause.ts';
import { type FormFault, type FormField, formFields } from '../text/form.ts';
import { isJsonFault, type JsonFault, type JsonObjectText, JsonScan } from '../text/json-text.ts';
import type { TemplatePassage } from './template-found.ts';

/** In slices where it takes long. */
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

/** @param check what else the fields must hold; they may be cut into lines in one way only, say */
export function parseFields(
  passage: TemplatePassage,
  check: (form: readonly FormField[]) => Objection | undefined,
): MaybePromise<Objection | undefined> {
  const { headers, body } = passage.request;
  const parsing = formFields(headers.get('content-type'), body);
  const note = (form: readonly FormField[] | FormFault): Objection | undefined => {
    if ('fault' in form) return objection('malformed-body', form.fault);
    passage.found.form = form;
    return check(form);
  };
  const step = (): readonly FormField[] | FormFault | undefined => parsing.next().value;
  const first = step();
  if (!first) return runOn(step).then(note);
  // One field can be the whole body, and what is made of it takes as long as its parsing.
  return body.length >= SLICE_BYTES ? pause().then(() => note(first)) : note(first);
}

/** Steps with a pause before each, until one has a result. */
async function runOn<T>(step: () => T | undefined): Promise<T> {
  for (;;) {
    await pause();
    const result = step();
    if (result !== undefined) return result;
  }
}
