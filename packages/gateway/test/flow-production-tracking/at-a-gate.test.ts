/**
 * Menu items and webhooks at real gates. The modules of actions are loaded by Node itself, so they bring their own copy of
 * what makes results, as a user's module does.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { actionsModule, amiForm, later, SECRET, send, start, type TestGateway } from '../harness.ts';

const from = (file: string): string => JSON.stringify(new URL(`../../src/${file}`, import.meta.url).href);

const MODULE = `
  import { menuItem } from ${from('flow-production-tracking/menu-item.ts')};
  import { siteEvents } from ${from('flow-production-tracking/site-events.ts')};
  import { file } from ${from('results/file.ts')};
  import { html } from ${from('results/html.ts')};
  import { progress } from ${from('results/progress.ts')};
  import { redirect } from ${from('results/redirect.ts')};
  import { table } from ${from('results/table.ts')};
  const action = (name, run) => ({ name, description: 'Tested.', input: menuItem, run });
  export const show = action('show', ({ selected, project }) =>
    html\`<p>\${project?.name}</p>\${table({ columns: ['Type', 'Id'], rows: selected.map(({ type, id }) => [type, id]) })}\`);
  export const go = action('go', ({ siteUrl }) => redirect(siteUrl + '/page/1'));
  export const save = action('save', ({ title, ids }) => file({ name: title, content: ids.join() }));
  export const work = action('work', (_, { signal }) => progress({ title: 'Work' }, async function* () {
    yield 'begun';
    await globalThis.countersignWork(signal);
    yield 'done';
  }));
  export const changes = { name: 'changes', description: 'Tested.', input: siteEvents,
    run: ({ events }) => events.map(({ eventType, entity }) => eventType + ' ' + entity.id).join() };`;

const FIELDS = {
  user_id: '34',
  user_login: 'ada',
  entity_type: 'Version',
  selected_ids: '931,900',
  ids: '931,900,904',
  title: 'Reels/1 "new".csv',
  server_hostname: 'studio.shotgrid.autodesk.com',
  project_name: '<Gunslinger>',
  project_id: '81',
  a_field_of_next_year: 'x',
};
/** Each has a path of its own, which ends in its action's name. */
const ITEMS = ['show', 'go', 'save', 'work'];
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function site(): Promise<TestGateway> {
  const answer = { actions: actionsModule(MODULE) };
  const keys = [{ secret: SECRET }];
  return start({
    ...Object.fromEntries(
      ITEMS.map((name) => [
        name,
        { path: `/ami/${name}`, provider: 'flow-production-tracking' as const, keys, answer },
      ]),
    ),
    events: {
      path: '/events',
      provider: 'flow-production-tracking-webhook',
      keys,
      answer: { ...answer, action: 'changes' },
    },
  });
}

const pick = (gateway: TestGateway, action: string, fields: Record<string, string> = {}) =>
  send(`${gateway.publicUrl}/ami/${action}`, { headers: FORM, body: amiForm({ ...FIELDS, ...fields }) });

describe('a menu item at a gate', () => {
  it('gives the action numbers and lists, and the person a page that only the site may frame', async () => {
    const answer = await pick(await site(), 'show');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<p>&#60;Gunslinger&#62;</p>');
    expect(answer.text).toContain('<tr><td>Version</td><td class="number">931</td></tr>');
    expect(answer.headers['content-security-policy']).toMatch(
      /; frame-ancestors https:\/\/studio\.shotgrid\.autodesk\.com$/,
    );
  });

  it('may send the person elsewhere, or a file', async () => {
    const gateway = await site();
    expect(await pick(gateway, 'go')).toMatchObject({
      status: 303,
      headers: { location: 'https://studio.shotgrid.autodesk.com/page/1' },
    });
    // Another form: the same one again would be a repeat.
    expect(await pick(gateway, 'save', { view: 'Default' })).toMatchObject({
      headers: { 'content-disposition': 'attachment; filename="Reels_1 _new_.csv"' },
      text: '931,900,904',
    });
  });

  it('is answered 400 with what is wrong with it', async () => {
    const answer = await pick(await site(), 'show', { selected_ids: '1,x' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(
      '<code>/selected_ids</code> must be whole numbers with commas between them',
    );
  });
});

describe('a long action at a gate', () => {
  const control = globalThis as unknown as { countersignWork(signal: AbortSignal): Promise<void> };

  async function begin(gateway: TestGateway): Promise<IncomingMessage> {
    const request = httpRequest(`${gateway.publicUrl}/ami/work`, {
      method: 'POST',
      headers: FORM,
      agent: false,
    });
    later(() => void request.destroy());
    request.end(amiForm(FIELDS));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response.iterator({ destroyOnReturn: false })) {
      text += chunk;
      if (text.includes('<li>begun</li>')) return response;
    }
    throw new Error(text);
  }

  it('shows what it does while it does it', async () => {
    const work = Promise.withResolvers<void>();
    control.countersignWork = () => work.promise;
    const response = await begin(await site());
    work.resolve();
    let text = '';
    for await (const chunk of response) text += chunk;
    expect(text).toMatch(/^<li>done<\/li>\n<\/ol>\n[\s\S]*<\/html>\n$/);
  });

  it('hears that the person has left', async () => {
    const work = Promise.withResolvers<AbortSignal>();
    control.countersignWork = async (signal) => {
      work.resolve(signal);
      await once(signal, 'abort');
      throw new DOMException('told to stop', 'AbortError');
    };
    const gateway = await site();
    const response = await begin(gateway);
    const signal = await work.promise;
    const left = once(signal, 'abort');
    response.destroy();
    await left;
    expect(String(signal.reason)).toContain('the reader has left');
    await gateway.close();
    expect(gateway.log.join('')).not.toContain('broke off');
  });

  it('ends its page with a neutral text where it fails, and the log has the error', async () => {
    control.countersignWork = () => Promise.reject(new Error('the farm is down'));
    const gateway = await site();
    const { text } = await pick(gateway, 'work');
    expect(text).toContain('<p class="message error" role="alert">The action failed.</p>\n<footer>');
    expect(text).not.toContain('farm');
    await gateway.close();
    expect(gateway.log.join('')).toContain('the farm is down');
  });
});

describe('a site’s webhook at a gate', () => {
  const event = (id: number): object => ({
    id: `1.1.${id}`,
    event_type: 'Shotgun_Shot_Change',
    entity: { type: 'Shot', id },
    something_new: { a: 1 },
  });

  it.each([
    ['one event', { timestamp: '2021-02-22T17:40:27Z', data: event(1) }, 'Shotgun_Shot_Change 1'],
    [
      'a batch',
      { data: { deliveries: [event(1), event(2)] } },
      'Shotgun_Shot_Change 1,Shotgun_Shot_Change 2',
    ],
  ])('gives the action a list: of %s', async (_, delivery, result) => {
    const gateway = await site();
    const body = JSON.stringify(delivery);
    const signature = createHmac('sha1', SECRET).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-sg-signature': `sha1=${signature}` };
    const answer = await send(`${gateway.publicUrl}/events`, { headers, body });
    expect(answer).toMatchObject({ status: 200, text: JSON.stringify({ result }) });
  });
});
