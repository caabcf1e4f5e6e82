#!/usr/bin/env node
/*
 * Prevents: a syntax error where a sentence is due. Written so that old Nodes can parse it: no import, nothing newer than
 * an arrow function before the version is known to be new enough.
 */
var NEEDED = [22, 23, 3];
var found = process.versions.node.split('.').map(Number);

if (isOlder(found, NEEDED)) {
  process.stderr.write(
    'countersign: this is Node ' +
      process.versions.node +
      '; Node ' +
      NEEDED.join('.') +
      ' or newer is needed.\n' +
      '  → Install it from https://nodejs.org, or run `npx node@24 "' +
      process.argv[1] +
      '"' +
      process.argv
        .slice(2)
        .map((argument) => ` ${/^[\w./:=@%+-]+$/.test(argument) ? argument : JSON.stringify(argument)}`)
        .join('') +
      '`.\n',
  );
  process.exitCode = 2;
} else {
  start();
}

function start() {
  // Node would open its debugger on it, to whoever is on this machine, and this process holds secrets.
  process.on('SIGUSR1', () => {});
  // Compiled code is kept between runs: of what users bring by Node, of the program by itself.
  // Deno has no such cache.
  var nodeModule = process.getBuiltinModule('node:module');
  var cache = nodeModule.enableCompileCache ? nodeModule.enableCompileCache() : {};
  var loader;
  try {
    loader = require('../program/load-program.cjs');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    process.stderr.write('countersign: the program is not built.\n  → Run `npm run build` in its folder.\n');
    process.exitCode = 2;
    return;
  }
  var program = loader.loadProgram({
    main: require.resolve('../program/main.cjs'),
    cacheFolder: cache.directory,
    command: String(process.argv[2]),
  });
  program.exports.main(process);
  // A gateway's start is over then; and what a mistyped command loads is not kept.
  setTimeout(program.keepCode, 1000).unref();
  process.on('exit', (code) => {
    if (code !== 2) program.keepCode();
  });
}

function isOlder(version, other) {
  if (version[0] !== other[0]) return version[0] < other[0];
  if (version[1] !== other[1]) return version[1] < other[1];
  return version[2] < other[2];
}
