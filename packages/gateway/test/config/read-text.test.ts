import { describe, expect, it } from 'vitest';
import {
  isLoopback,
  isMisfit,
  readAddress,
  readAddressRange,
  readDate,
  readUpstream,
} from '../../src/config/read-text.ts';

describe('readAddressRange', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', 32],
    ['10.0.0.0/8', '10.0.0.0', 8],
    ['0.0.0.0/0', '0.0.0.0', 0],
    ['::1', '::1', 128],
    ['fd00::/8', 'fd00::', 8],
  ])('reads %s', (text, address, prefixBits) => {
    expect(readAddressRange(text)).toEqual({ address, prefixBits });
  });

  it.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/255.0.0.0',
    '::/129',
    '[::1]',
    'fe80::1%eth0',
    '127.0.0.1:80',
    ' 127.0.0.1',
  ])('refuses %j', (text) => {
    expect(isMisfit(readAddressRange(text))).toBe(true);
  });
});

describe('readAddress', () => {
  it.each([
    ['127.0.0.1:8787', '127.0.0.1', 8787],
    ['localhost:0', 'localhost', 0],
    ['gate.example.com:443', 'gate.example.com', 443],
    ['[::1]:8787', '::1', 8787],
    ['[fe80::1%eth0]:80', 'fe80::1%eth0', 80],
    ['0.0.0.0:65535', '0.0.0.0', 65_535],
  ])('reads %s', (text, host, port) => {
    expect(readAddress(text)).toEqual({ host, port });
  });

  it.each([
    '',
    'localhost',
    '1.2.3:80',
    '256.1.1.1:80',
    'a:65536',
    'a:-1',
    '[127.0.0.1]:80',
    '[::1]',
    'a b:80',
    'http://a:80',
    'a:80/',
    '-a:80',
    ' a:80',
  ])('refuses %j', (text) => {
    expect(isMisfit(readAddress(text))).toBe(true);
  });

  it.each([
    ['8787', '127.0.0.1:8787'],
    [':8787', '127.0.0.1:8787'],
    ['::1', '[::1]:8787'],
  ])('guesses what %s was meant as', (text, suggestion) => {
    expect(readAddress(text)).toEqual({ misfit: true, suggestion });
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['::11', false],
    ['127.example.com', false],
  ])('knows whether %s is loopback: %s', (host, loopback) => {
    expect(isLoopback({ host })).toBe(loopback);
  });
});

describe('readDate', () => {
  it.each([
    ['2027-01-01', Date.UTC(2027, 0, 1)],
    ['2027-01-01T08:30Z', Date.UTC(2027, 0, 1, 8, 30)],
    ['2027-01-01T08:30:15.250Z', Date.UTC(2027, 0, 1, 8, 30, 15, 250)],
    ['2027-01-01T08:30:00+02:00', Date.UTC(2027, 0, 1, 6, 30)],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
  ])('reads %s', (text, ms) => {
    expect(readDate(text)).toBe(ms);
  });

  it.each([
    '',
    'tomorrow',
    '2027',
    '2027-1-1',
    '2027-02-29',
    '2027-13-01',
    '2027-01-01T08:30',
    '2027-01-01 08:30Z',
    '2027-01-01T25:00Z',
    '1800000000',
  ])('refuses %j', (text) => {
    expect(isMisfit(readDate(text))).toBe(true);
  });
});

describe('readUpstream', () => {
  it.each([
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['http://127.0.0.1:9000/', 'http://127.0.0.1:9000'],
    ['https://example.com/api/', 'https://example.com/api'],
    ['HTTPS://Example.com/A', 'https://example.com/A'],
  ])('reads %s', (text, url) => {
    expect(readUpstream(text)).toBe(url);
  });

  it.each([
    '',
    '/api',
    'example.com',
    'ftp://a',
    'http:a',
    'http://',
    'http://a?b',
    'http://a#',
    'http://a:99999',
    'unix:/a',
  ])('refuses %j', (text) => {
    expect(isMisfit(readUpstream(text))).toBe(true);
  });

  it('refuses credentials', () => {
    expect(readUpstream('http://me:hunter2@a')).toMatchObject({
      problem: expect.stringContaining('password'),
    });
  });
});
