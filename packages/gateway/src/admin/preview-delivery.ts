/** What a destination would be sent of an event, without sending it. */
import type { DeliveryApi, InputOf, PreviewView } from '@countersign/api';
import type { Preview } from '../deliver/delivery-control.ts';
import { CREDENTIALS } from '../sealed/withheld-headers.ts';
import type { EventParts } from './admin-parts.ts';
import { Problem } from './problem.ts';
import { readWhole } from './read-whole.ts';
import { notRun } from './unknown-destination.ts';
import { base64Of, headerViews } from './views.ts';

export async function previewDelivery(
  { events, masks, control, isOffline }: EventParts,
  { id, destination }: InputOf<DeliveryApi['previewDelivery']>,
): Promise<PreviewView | Problem> {
  const event = await readWhole({ events }, id);
  if (event instanceof Problem) return event;
  if (control?.has(destination) !== true)
    return notRun({ control, isOffline: isOffline ?? false }, destination);
  const preview = await control.preview(event, destination);
  if (!masks.has(event.gate)) return previewView(preview);
  // A transformation may put any part of an event anywhere: what is shown is made of the event as it is shown.
  const shown =
    preview.kind === 'message' ? await control.preview(await masks.event(event), destination) : preview;
  if (shown.kind === 'message') return { ...previewView(shown), masked: true };
  return { kind: preview.kind === 'message' ? 'message' : shown.kind, masked: true };
}

function previewView(preview: Preview): PreviewView {
  if (preview.kind !== 'message') {
    const { kind, problem } = preview;
    return { kind, ...(problem !== undefined && { problem }) };
  }
  const { kind, to, method, target, headers, secretHeaders = [], subject, variables, body } = preview;
  const names = [...CREDENTIALS, ...secretHeaders];
  const ownVariables = preview.ownVariables?.map((name) => ({
    name,
    value: '',
    withheld: 'left-out' as const,
  }));
  return {
    kind,
    to,
    target,
    ...(method !== undefined && { method }),
    ...(subject !== undefined && { subject }),
    ...(headers && { headers: headerViews(headers, { names, how: 'left-out' }) }),
    ...(preview.arguments && { arguments: preview.arguments }),
    ...(variables && { variables: [...headerViews(variables, undefined), ...(ownVariables ?? [])] }),
    bodyBase64: base64Of(body),
  };
}
