import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from '../src/commands/progress.js';

function display(isTerminal: boolean) {
  const [notes, paints]: [string[], string[]] = [[], []];
  let now = 1000;
  return {
    notes,
    paints,
    now: () => new Date((now += 60)),
    note: (line: string) => void notes.push(line),
    paint: isTerminal ? (line: string) => void paints.push(line) : undefined,
  };
}

const layer = { id: 'sources-1', bytes: 2048 };

test('on a terminal a bar is painted, not too often, and cleared whatever becomes of the task', async () => {
  const shown = display(true);
  const progress = new Progress(shown, 'fetching');
  const failing = progress.during(() => {
    progress.onTotal(4096);
    progress.onLayer(layer);
    for (let i = 0; i < 4; i++) progress.onFile(1024);
    return Promise.reject(new Error('lost'));
  });
  await assert.rejects(failing, /lost/);
  assert.deepEqual(shown.notes, []);
  assert.deepEqual(shown.paints, [
    `fetching [${'#'.repeat(6)}${'.'.repeat(18)}] 1.0 KiB of 4.0 KiB  sources-1`,
    `fetching [${'#'.repeat(18)}${'.'.repeat(6)}] 3.0 KiB of 4.0 KiB  sources-1`,
    '',
  ]);
});

test('elsewhere there is a line for each layer', async () => {
  const shown = display(false);
  const progress = new Progress(shown, 'fetching');
  await progress.during(() => {
    progress.onLayer(layer);
    progress.onFile(2048);
    return Promise.resolve();
  });
  assert.deepEqual(shown.notes, ['fetching sources-1 (2.0 KiB)']);
});
