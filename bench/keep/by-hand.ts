/** What a keep gate does, as a careful person writes it: node:http, the check, node:sqlite, and one commit for all that wait. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isGenuine, listenForBodies } from '../http/hand-written.ts';
import { type KeptRows, openKeptRows } from './kept-rows.ts';

/** How many turns of the loop a batch may grow, and how large: as the gateway's. */
const MAX_TURNS = 16;
const MAX_BATCH = 512;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

/** The file, and the destinations of each event. */
export type KeepArguments = readonly string[];

/** Commits once a turn what came in it. */
export function keepingInGroups(arguments_: KeepArguments): Promise<number> {
  return keepingTogether(openRows(arguments_, false), 1);
}

/** With what was found out for the gateway: its file's settings, and batches that grow while more come. */
export function keepingInTunedGroups(arguments_: KeepArguments): Promise<number> {
  return keepingTogether(openRows(arguments_, true), MAX_TURNS);
}

/** A transaction for each request. */
export function keepingOneByOne(arguments_: KeepArguments): Promise<number> {
  const rows = openRows(arguments_, false);
  return listenForBodies((request, response, body) => {
    if (!isGenuine(request.headers['x-hub-signature-256'], body)) answer(response, 401, '');
    else keep(rows, [{ request, response, body }]);
  });
}

function openRows([file = '', ...destinations]: KeepArguments, isTuned: boolean): KeptRows {
  return openKeptRows(file, { destinations, isTuned });
}

function keepingTogether(rows: KeptRows, maxTurns: number): Promise<number> {
  let waiting: Waiting[] = [];
  let isScheduled = false;
  const turn = (turns: number, before: number): void => {
    setImmediate(() => {
      if (waiting.length > before && waiting.length < MAX_BATCH && turns < maxTurns) {
        turn(turns + 1, waiting.length);
        return;
      }
      isScheduled = false;
      const batch = waiting;
      waiting = [];
      keep(rows, batch);
    });
  };
  return listenForBodies((request, response, body) => {
    if (!isGenuine(request.headers['x-hub-signature-256'], body)) return answer(response, 401, '');
    waiting.push({ request, response, body });
    if (isScheduled) return;
    isScheduled = true;
    turn(1, 0);
  });
}

function keep(rows: KeptRows, batch: readonly Waiting[]): void {
  const nowMs = Date.now();
  rows.begin();
  for (const { request, body } of batch) {
    const { method = '', url = '', rawHeaders } = request;
    rows.add({ method, url, rawHeaders, body, nowMs });
  }
  rows.commit();
  for (const { response } of batch) answer(response, 200, '{}');
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length });
  response.end(text);
}
