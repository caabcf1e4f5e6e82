// server.ts, started with: node --env-file=.env server.ts
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/express';
import express from 'express';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const app = express();

// Above app.use(express.json()): the signature is of the bytes.
app.post('/webhooks/github', webhook('github', process.env.GITHUB_WEBHOOK_SECRET, github));

app.listen(process.env.PORT ?? 3000);
