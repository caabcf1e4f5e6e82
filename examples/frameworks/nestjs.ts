// src/main.ts
import 'reflect-metadata';
import { events } from '@countersign/core/events';
import { eventOf, ProofGuard } from '@countersign/core/nest';
import { Controller, HttpCode, Module, Post, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

@Controller('webhooks')
class WebhooksController {
  @Post('github')
  @HttpCode(200)
  @UseGuards(new ProofGuard('github', process.env.GITHUB_WEBHOOK_SECRET))
  async receive(@Req() request: object): Promise<void> {
    await github(eventOf(request));
  }
}

@Module({ controllers: [WebhooksController] })
class AppModule {}

// rawBody: the signature is of the bytes.
const app = await NestFactory.create(AppModule, { rawBody: true });
await app.listen(process.env.PORT ?? 3000);
