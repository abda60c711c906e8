import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { cacheDirectory } from '../debian-julia/cache-directory.js';
import { findJulia, parseVersionLine } from '../debian-julia/find.js';
import { findLinker } from '../debian-julia/linker.js';
import { hostArch } from '../debian-julia/architecture.js';

describe('findJulia', () => {
  test('takes the command in JULIA before one on PATH', async (t) => {
    const bin = await makeBin(t, {
      julia: 'echo julia version 1.10.8',
      other: 'echo julia version 1.11.0-rc1',
    });
    const path = { PATH: bin + delimiter + (process.env.PATH ?? '') };
    assert.deepEqual(
      await findJulia({ env: { ...path, JULIA: ` ${bin}/other  -O1 ` }, directory: '/none' }),
      {
        command: [`${bin}/other`, '-O1'],
        version: '1.11.0-rc1',
        origin: 'JULIA',
      },
    );
    assert.deepEqual(await findJulia({ env: { ...path, JULIA: '' }, directory: '/none' }), {
      command: [`${bin}/julia`],
      version: '1.10.8',
      origin: 'PATH',
    });
  });

  const broken: Readonly<Record<string, string>> = {
    'prints no version': 'echo hello',
    'fails after its version': 'echo julia version 1.10.8; exit 1',
  };
  for (const [name, body] of Object.entries(broken))
    test(`refuses a command that ${name}`, async (t) => {
      const bin = await makeBin(t, { julia: body });
      const found = findJulia({ env: { JULIA: `${bin}/julia` }, directory: '/none' });
      await assert.rejects(found, { code: 'not-found', message: /expected a Julia's version/ });
    });

  test('refuses a JULIA that does not exist', async () => {
    const found = findJulia({ env: { JULIA: '/none/julia' }, directory: '/none' });
    await assert.rejects(found, { code: 'not-found', message: /\/none\/julia/ });
  });

  test('reads the version among other lines', () => {
    assert.equal(parseVersionLine('warning: x\njulia version 1.13.0-beta2\n'), '1.13.0-beta2');
    assert.equal(parseVersionLine('Julia 1.10'), undefined);
  });
});

describe('findLinker', () => {
  test("takes the machine's compiler where there is one", async (t) => {
    const env = { PATH: await makeBin(t, { cc: 'true' }) };
    const linker = await findLinker({ env, directory: '/none', arch: hostArch(), log: console.error });
    assert.deepEqual(linker, { command: ['cc'], kind: 'compiler' });
  });
});

describe('cacheDirectory', () => {
  const cases: readonly [NodeJS.ProcessEnv, number, string][] = [
    [{ DEPOTCAST_CACHE: '/c', XDG_CACHE_HOME: '/x' }, 1000, '/c'],
    [{ DEPOTCAST_CACHE: '/c' }, 0, '/c'],
    [{ DEPOTCAST_CACHE: '', XDG_CACHE_HOME: '/x' }, 1000, '/x/depotcast'],
    [{ XDG_CACHE_HOME: 'relative' }, 1000, '/home/me/.cache/depotcast'],
    [{}, 1000, '/home/me/.cache/depotcast'],
    [{ XDG_CACHE_HOME: '/x' }, 0, '/var/cache/depotcast'],
  ];
  for (const [env, uid, expected] of cases)
    test(`${JSON.stringify(env)} of user ${uid} -> ${expected}`, () => {
      assert.equal(cacheDirectory(env, { home: '/home/me', uid }), expected);
    });
});

/** A directory of scripts: name to body. */
async function makeBin(t: TestContext, scripts: Readonly<Record<string, string>>): Promise<string> {
  const bin = await mkdtemp(join(tmpdir(), 'find-'));
  t.after(() => rm(bin, { recursive: true }));
  for (const [name, body] of Object.entries(scripts))
    await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return bin;
}
