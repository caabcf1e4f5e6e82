/** Serves on Node; the port is the first line of standard output. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveFetch } from '../../packages/core/test/adapters/serve-fetch.ts';
import { createApplication } from '../suites/application.ts';

const server = createServer(serveFetch(createApplication()));
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
