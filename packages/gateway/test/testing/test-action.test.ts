/** `testAction`: an action run through a real gate, without a server. */
import { describe, expect, it } from 'vitest';
import { ActionError, defineAction } from '../../src/actions/define-action.ts';
import { testAction } from '../../src/testing/index.ts';

const sendEmail = defineAction({
  name: 'send_email',
  description: 'Sends an e-mail.',
  input: {
    type: 'object',
    properties: { recipient: { type: 'string' }, subject: { type: 'string' } },
    required: ['recipient'],
  },
  run({ recipient, subject }, { keyId, verdict, log }) {
    if (!recipient.includes('@')) throw new ActionError('no address', { status: 422 });
    log.info({ recipient }, 'sent');
    return `${subject ?? 'nothing'} to ${recipient}, ${keyId}, ${verdict?.provider}`;
  },
});

describe('testAction', () => {
  it('gives the platform’s answer', async () => {
    const answer = await testAction(sendEmail, { recipient: 'a@example.com', subject: 'S' });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      json: { result: 'S to a@example.com, test, flowent', error: '' },
      log: [{ level: 'info', message: 'sent' }],
    });
    expect(answer.reason).toBeUndefined();
  });

  it('refuses a wrong input as the gateway would', async () => {
    expect(await testAction(sendEmail, { recipient: 1, cc: 'x' })).toMatchObject({
      status: 400,
      reason: 'invalid-input',
      json: { error: expect.stringContaining('recipient must be a string') },
    });
  });

  it('shows what the action threw, beside what the caller is told', async () => {
    const answer = await testAction(sendEmail, { recipient: 'nobody' });
    expect(answer).toMatchObject({ status: 422, reason: 'action-failed', json: { error: 'no address' } });
    expect(answer.error).toBeInstanceOf(ActionError);
    const broken = defineAction({
      ...sendEmail,
      run: () => {
        throw new Error('hunter2');
      },
    });
    expect(await testAction(broken, { recipient: 'a@b' })).toMatchObject({
      status: 500,
      json: { error: 'the action failed' },
      error: expect.objectContaining({ message: 'hunter2' }),
    });
  });

  it.each(['hmac', 'github', 'stripe', 'slack', 'flowent', 'approov', 'none'])(
    'signs as %s does',
    async (provider) => {
      const hello = defineAction({
        name: 'hello',
        description: 'Greets.',
        input: { type: 'object', properties: { name: { type: 'string' } } },
        run: ({ name }, { verdict }) => `hello ${name}, ${verdict?.ok ?? 'unsigned'}`,
      });
      const answer = await testAction(hello, { name: 'Ada' }, { provider });
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.text).toContain(provider === 'none' ? 'hello Ada, unsigned' : 'hello Ada, true');
    },
  );

  it('posts a signed form for a menu item', async () => {
    const show = defineAction({
      name: 'show',
      description: 'Shows.',
      input: { type: 'object', properties: { ids: { type: 'string' } } },
      run: ({ ids }, { fields }) => `${ids} of ${fields.get('entity_type')}`,
    });
    const input = { ids: '1,2', entity_type: 'Shot' };
    const answer = await testAction(show, input, { provider: 'flow-production-tracking' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(answer.text).toContain('1,2 of Shot');
  });

  it('gives the early answer of an action that is late', async () => {
    const late = defineAction({
      name: 'late',
      description: 'Never ends.',
      input: { type: 'object' },
      deadlineMs: 20,
      run: () => new Promise<string>(() => {}),
    });
    expect(await testAction(late)).toMatchObject({ status: 500, reason: 'action-timeout' });
  });

  it('refuses an action that the gateway would not start with', async () => {
    await expect(testAction({ ...sendEmail, name: 'Wrong Name' })).rejects.toThrow('not an action name');
  });
});
