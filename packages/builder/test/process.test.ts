import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { withPrivateMount } from '@depotcast/hydrator/format';
import { endWithParent } from '../src/julia/end-with-parent.js';
import { withTemporary } from './temporary.js';

/** Starts `command` below a process of its own, kills that one, and tells whether the command is gone soon after. */
async function diesWithParent(command: readonly string[]): Promise<boolean> {
  const source = `
    const { spawn } = require('node:child_process');
    const [program, ...args] = ${JSON.stringify(command)};
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    child.stdout.once('data', (text) => process.stdout.write(text));
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [answer] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(answer.toString());
  parent.kill('SIGKILL');
  for (let attempt = 0; attempt < 40; attempt++) {
    if (!isAlive(pid)) return true;
    await sleep(50);
  }
  process.kill(pid, 'SIGKILL');
  return false;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Says its number, and sleeps under the same. */
const PROGRAM = ['sh', '-c', 'echo $$; exec sleep 60'];

test('a Julia whose build is killed outright dies with it, in a private mount as well', async () => {
  assert.equal(await diesWithParent(endWithParent(PROGRAM)), true);
  await withTemporary(async (folder) => {
    const isRoot = process.getuid?.() === 0;
    assert.equal(
      await diesWithParent(withPrivateMount(endWithParent(PROGRAM), folder, '/mnt', { isRoot })),
      true,
    );
  });
  assert.equal(await diesWithParent(PROGRAM), false);
});
