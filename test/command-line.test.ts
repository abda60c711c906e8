import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Program, runCommand, succeed } from './support/programs.js';
import { temporaryDirectory } from './support/temporary.js';

const scratch = await temporaryDirectory();
const bin = join(scratch, 'bin');
await mkdir(bin);

/** Names of the commands, in the order in which the help lists them. */
async function commandsOf(program: Program): Promise<string[]> {
  const help = await succeed(program, ['--help']);
  return [...help.matchAll(new RegExp(`^  ${program} (\\S+)`, 'gm'))].map(([, command = '']) => command);
}

for (const [program, folder] of [
  ['depot-build', 'builder'],
  ['depot-publish', 'publisher'],
  ['depot-hydrate', 'hydrator'],
] as const) {
  describe(program, () => {
    test('explains itself, and each command shows how it is called', async () => {
      const commands = await commandsOf(program);
      assert.ok(commands.length >= 5, commands.join());
      for (const command of commands.filter((name) => name !== 'completion')) {
        const help = await succeed(program, [command, '--help']);
        assert.match(help, new RegExp(`^${program} ${command}`), command);
        assert.match(help, new RegExp(`Examples:[^]*${program} ${command}`), command);
      }
    });

    test('completes commands and options in bash', async () => {
      const file = fileURLToPath(new URL(`../../packages/${folder}/bin/${program}.js`, import.meta.url));
      await symlink(file, join(bin, program));
      const script = join(scratch, `${program}.bash`);
      await writeFile(script, await succeed(program, ['completion']));
      const complete = async (...words: string[]) => {
        const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
        const line = `source '${script}'; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}
          "$(complete -p ${program} | sed 's/.*-F \\([^ ]*\\).*/\\1/')"; printf '%s\\n' "\${COMPREPLY[@]}"`;
        const { stdout } = await runCommand(['bash', '-c', line], { env });
        return stdout.split('\n').filter(Boolean);
      };
      const [first = ''] = await commandsOf(program);
      assert.deepEqual(await complete(program, first.slice(0, -1)), [first]);
      for (const begun of ['--h', '--'])
        assert.ok((await complete(program, first, begun)).includes('--help'));
    });
  });
}
