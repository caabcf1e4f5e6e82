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
  { events, masks, control }: EventParts,
  { id, destination }: InputOf<DeliveryApi['previewDelivery']>,
): Promise<PreviewView | Problem> {
  const event = await readWhole({ events }, id);
  if (event instanceof Problem) return event;
  if (control?.has(destination) !== true) return notRun({ control }, destination);
  const preview = await control.preview(event, destination);
  if (!masks.has(event.gate)) return previewView(preview);
  // A transformation may put any part of an event anywhere: what is shown is made of the event as it is shown.
  const shown = preview.kind === 'message' ? await control.preview(masks.event(event), destination) : preview;
  if (shown.kind === 'message') return { ...previewView(shown), masked: true };
  return { kind: preview.kind === 'message' ? 'message' : shown.kind, masked: true };
}

function previewView(preview: Preview): PreviewView {
  if (preview.kind !== 'message') {
    const { kind, problem } = preview;
    return { kind, ...(problem !== undefined && { problem }) };
  }
  const { kind, method, target, headers, secretHeaders, body } = preview;
  const names = [...CREDENTIALS, ...secretHeaders];
  return {
    kind,
    target,
    method,
    headers: headerViews(headers, { names, how: 'left-out' }),
    bodyBase64: base64Of(body),
  };
}
