/** Nest on Express: the adapter of Express, mounted before the application starts, and so above Nest’s body parsers. */
import 'reflect-metadata';
import { type MiddlewareConsumer, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it, onTestFinished } from 'vitest';
import { webhook } from '../../src/adapters/express.ts';
import { adapterContract } from './contract.ts';
import { SECRET, send } from './sending.ts';

adapterContract('Nest', {
  start: async ({ gate, handler, options, isParsed }) => {
    const hook = webhook(gate, handler, options);
    class AppModule {
      configure(consumer: MiddlewareConsumer): void {
        // Behind the parsers.
        if (isParsed) consumer.apply(hook).forRoutes('/hook');
      }
    }
    // A decorator, called: the sources are stripped of their types only.
    Module({})(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    if (!isParsed) app.use('/hook', hook);
    await app.listen(0, '127.0.0.1');
    const server = app.getHttpServer();
    onTestFinished(async () => {
      server.closeAllConnections();
      await app.close();
    });
    return { port: server.address().port, server };
  },
  withoutSecret: (secret) => webhook('github', secret, () => undefined),
  canBeParsed: true,
});

it('behind Nest’s parsers it takes the bytes that rawBody keeps', async () => {
  const texts: string[] = [];
  class AppModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(webhook('github', SECRET, ({ text }) => void texts.push(text))).forRoutes('/hook');
    }
  }
  Module({})(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false, rawBody: true });
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address();
  const body = '{ "text" : "🎉" }';
  expect((await send(port, { body })).status).toBe(200);
  expect(texts).toEqual([body]);
});
