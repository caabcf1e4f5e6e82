/** serve --register: against a platform, with a gateway that answers its tests. */
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import type { Ran } from '../support.ts';
import {
  atTerminal,
  EMAIL,
  project,
  start,
  theirs,
  WEATHER,
  type World,
  writeModule,
} from './registering-world.ts';

describe('serve --register', () => {
  const serve = async (
    { env }: World,
    cwd: string,
    until: string,
    args: readonly string[] = ['--register'],
  ): Promise<{ readonly url: string; stop(): Promise<Ran> }> => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    let stop: () => void = () => {};
    let listens: () => void = () => {};
    let seen: () => void = () => {};
    const stoppable = new Promise<void>((resolve) => {
      listens = resolve;
    });
    const said = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const ran = atTerminal({
      args: ['serve', ...args],
      cwd,
      env: { ...env, GATE_PORT: String(port), PUBLIC_URL: url },
      onStop: (listener) => {
        stop = listener;
        listens();
      },
      onPrint: (text) => {
        if (text.includes(until)) seen();
      },
    });
    const ended = ran.then(({ code, err }) => {
      throw new Error(`serve ended with ${code} before it said “${until}”: ${err}`);
    });
    await Promise.race([Promise.all([said, stoppable]), ended]);
    ended.catch(() => {});
    return {
      url,
      stop: () => {
        stop();
        return ran;
      },
    };
  };

  it('registers at the start, says so, and ends with 0', async () => {
    const world = await start();
    const { url, stop } = await serve(world, project([EMAIL, WEATHER]), 'registered with');
    expect(world.platform.actions().map(({ webhook_url }) => webhook_url)).toEqual([
      `${url}/actions/get_weather`,
      `${url}/actions/send_email`,
    ]);
    expect(await world.platform.call('get_weather', {})).toMatchObject({ result: 'ran get_weather' });
    const { code, err } = await stop();
    expect(code).toBe(0);
    expect(err).toContain(
      `registered with ${world.platform.baseUrl}: get_weather created, send_email created, 0 unchanged`,
    );
  });

  it('never deletes, and serves on where the platform refuses', async () => {
    const world = await start();
    await world.api.create(theirs('old_action'));
    world.platform.failNext({ route: 'POST /actions', status: 400 });
    const { url, stop } = await serve(world, project([EMAIL]), '→');
    expect(world.platform.actions().map(({ name }) => name)).toEqual(['old_action']);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const { code, err } = await stop();
    expect(code).toBe(0);
    expect(err).toMatch(/! not registered with .*, and tried again later: POST \/actions was answered 400/);
  });

  it('ends at once while the platform makes it wait', async () => {
    const world = await start();
    world.platform.failNext({ route: 'GET /actions', hang: true });
    const asked = world.heard('GET /actions');
    const { stop } = await serve(world, project([EMAIL]), '/actions/:action');
    await asked;
    const { code, err } = await stop();
    expect(code).toBe(0);
    expect(err).toContain(`not registered with ${world.platform.baseUrl}: the gateway was stopped first.`);
    expect(err).not.toContain('a bug');
  });

  it('with --watch serves actions as they are changed', async () => {
    const world = await start();
    const cwd = project([WEATHER]);
    const { url, stop } = await serve(world, cwd, '/actions/:action', ['--watch']);
    writeModule(cwd, [{ ...WEATHER, description: 'Tells the weather.' }]);
    let text = '';
    while (!text.includes('Tells the weather.')) text = await (await fetch(`${url}/actions`)).text();
    expect((await stop()).code).toBe(0);
  });
});
