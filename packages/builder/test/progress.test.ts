import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLiveProgress } from '../src/progress/live-progress.js';
import { createPlainProgress } from '../src/progress/plain-progress.js';

test('a log gets a line at the start, one every 15 seconds, and one at the end', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const lines: string[] = [];
  let now = 0;
  const progress = createPlainProgress({
    write: (text) => lines.push(text),
    now: () => now,
    columns: undefined,
  });
  const task = progress.begin('compile');
  task.line(' JetShapes ');
  now = 15_000;
  t.mock.timers.tick(15_000);
  task.line('x'.repeat(5000));
  now = 30_000;
  t.mock.timers.tick(15_000);
  const [long = ''] = lines.splice(2, 1);
  assert.match(long, /^compile: 30 s, x{159}…\n$/);
  now = 40_000;
  task.end('6 caches');
  t.mock.timers.tick(30_000);
  progress.close();
  assert.deepEqual(lines, ['compile\n', 'compile: 15 s, JetShapes\n', 'compile: 6 caches after 40 s\n']);
});

test('a terminal has one live line that never wraps, and plain lines for what has ended', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const lines: string[] = [];
  const progress = createLiveProgress({ write: (text) => lines.push(text), now: () => 0, columns: 40 });
  const first = progress.begin('first');
  progress.begin('second');
  first.line(`\x1b[31m${'x'.repeat(100)}\x1b[0m`);
  t.mock.timers.tick(200);
  const drawn = lines.at(-1)?.replace('\r\x1b[K', '') ?? '';
  assert.ok(drawn.length < 40);
  assert.match(drawn, /^first: 0 s, x+… \(and 1 more\)$/);
  first.end('done');
  progress.close();
  assert.ok(lines.includes('\r\x1b[Kfirst: done after 0 s\n'));
});
