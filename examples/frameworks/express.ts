// server.ts, started with: node --env-file=.env server.ts
import { webhook } from '@countersign/core/express';
import express from 'express';

interface Push {
  readonly ref: string;
}

const app = express();

// Above app.use(express.json()): the signature is of the bytes.
app.post(
  '/webhooks/github',
  webhook<Push>('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => {
    if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
  }),
);

app.listen(process.env.PORT ?? 3000);
