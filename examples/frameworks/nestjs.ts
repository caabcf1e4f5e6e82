// src/main.ts
import 'reflect-metadata';
import { eventOf, ProofGuard } from '@countersign/core/nest';
import { Controller, HttpCode, Module, Post, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

interface Push {
  readonly ref: string;
}

@Controller('webhooks')
class WebhooksController {
  @Post('github')
  @HttpCode(200)
  @UseGuards(new ProofGuard('github', process.env.GITHUB_WEBHOOK_SECRET))
  github(@Req() request: object): void {
    const event = eventOf<Push>(request);
    if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
  }
}

@Module({ controllers: [WebhooksController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { rawBody: true });
await app.listen(process.env.PORT ?? 3000);
