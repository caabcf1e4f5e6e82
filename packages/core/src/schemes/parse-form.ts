/** Forms that are parsed before their proof is judged. */
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { pause, runOn, SLICE_BYTES } from '../pause.ts';
import { type FormFault, type FormField, formFields } from '../text/form.ts';
import type { TemplatePassage } from './template-found.ts';

/** In slices where it takes long. @param check what else the fields must hold; they may be cut into lines in one way only, say */
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
  if (!first) return runOn(step).then((form) => inTurnOfItsOwn(() => note(form)));
  // One field can be the whole body, and what is made of it takes as long as its parsing.
  return body.length >= SLICE_BYTES ? inTurnOfItsOwn(() => note(first)) : note(first);
}

async function inTurnOfItsOwn<T>(work: () => T): Promise<T> {
  await pause();
  const result = work();
  await pause();
  return result;
}
