import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DepotError } from '@depotcast/hydrator/format';
import { explainSystemError } from '../src/files/system-error.js';

test("the operating system's refusals are explained, with the file", async () => {
  const error = await readFile('/').catch(explainSystemError);
  assert.ok(error instanceof DepotError);
  assert.deepEqual([error.code, error.exitCode], ['storage', 5]);
  assert.match(error.message, /^system: read failed: illegal operation on a directory \(EISDIR\)$/);
});

test('bugs and our own errors stay what they are', () => {
  for (const error of [new TypeError('x is not a function'), new DepotError('usage', 'no'), 'a string']) {
    assert.equal(explainSystemError(error), error);
  }
});
