import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DepotError, describeFailure } from '../src/format/index.js';

test('a refusal is told with its remedy and the exit code of its kind', () => {
  const error = new DepotError('locked', 'x: held by process 7', { hint: 'wait' });
  assert.deepEqual(describeFailure('depot-x', error), {
    text: 'depot-x: error: x: held by process 7\nhint: wait\n',
    exitCode: 6,
  });
});

test('what the system refuses is no bug, and names the file', async () => {
  const error: unknown = await readFile('/nonexistent/file').catch((thrown: unknown) => thrown);
  const { text, exitCode } = describeFailure('depot-x', error);
  assert.equal(exitCode, 5);
  assert.match(text, /^depot-x: error: ENOENT.*\/nonexistent\/file/);
});

test('anything else is a bug of ours, with the stack', () => {
  const { text, exitCode } = describeFailure('depot-x', new TypeError('x is not a function'));
  assert.equal(exitCode, 70);
  assert.match(text, /this is a bug\nTypeError: x is not a function\n\s+at /);
});
