/** Forms that are parsed before their proof is judged. */
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { pause, runOn, SLICE_BYTES } from '../pause.ts';
import { type FormFault, type FormField, formFields } from '../text/form.ts';
import type { TemplatePassage } from './template-found.ts';

const ONE_TYPE =
  'The sender must say once how the form is written; or a proxy added a Content-Type of its own.';

/** In slices where it takes long. @param check what else the fields must hold; they may be cut into lines in one way only, say */
export function parseFields(
  passage: TemplatePassage,
  check: (form: readonly FormField[]) => Objection | undefined,
): MaybePromise<Objection | undefined> {
  const { headers, body } = passage.request;
  const type = headers.single('content-type');
  // Whoever reads the form after us may take the other one.
  if (type === null) return objection('malformed-body', 'the request has two content types', ONE_TYPE);
  const parsing = formFields(type, body);
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
