import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import type { RecordReport } from '../src/commands/record.js';
import { addStatements, parseStatements, renderStatements } from '../src/recording/statements-file.js';
import { withTemporary, writeFiles } from './temporary.js';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));

const SPEC = `name = "jets"
version = "1.0"
prefix = "/shared/jets"
targets = ["x86-64"]
[julia]
command = "./julia"
[[environment]]
name = "jets"
project = "env"
workload = "workload.jl"
[environment.sysimage]
statements = "statements.jl"
`;

/**
 * Writes down its arguments as what it compiled, but for those that are for Julia. When it tries statements, all have effect
 * but those about \`Gone\`, and the workload asks for two methods more.
 */
const JULIA = `#!/bin/sh
for argument; do
  case $argument in
    --trace-compile=*) trace=\${argument#*=} ;;
    --project=*) project=\${argument#*=} ;;
    fail) exit 3 ;;
    --startup-file=no | -L | */exact-trace.jl) ;;
    */rehearsal.jl)
      grep Gone "\${argument%/*}/statements.jl" | sed 's/^/no effect: /'
      begin=$(sed -n 's/(ARGS)$//p' "$argument")
      for name in before "Main.$begin" A.more B.more; do echo "precompile(Tuple{typeof($name)})"; done >"$trace"
      exit ;;
    *) echo "precompile(Tuple{typeof($argument)})" >>"$trace" ;;
  esac
done
echo "in $project for $SESSION_USER"
`;

interface Site {
  readonly folder: string;
  readonly statements: () => Promise<string[]>;
  readonly record: (...args: string[]) => { status: number | null; stdout: string; stderr: string };
}

async function withSite(action: (site: Site) => Promise<void>): Promise<void> {
  await withTemporary(async (folder) => {
    const files = { 'spec.toml': SPEC, julia: JULIA, 'env/Project.toml': '', 'workload.jl': '' };
    await writeFiles(folder, files);
    await chmod(join(folder, 'julia'), 0o755);
    await action({
      folder,
      statements: async () => {
        const text = await readFile(join(folder, 'statements.jl'), 'utf8');
        return text.split('\n').filter((line) => line.startsWith('precompile'));
      },
      record: (...args) =>
        spawnSync(process.execPath, [CLI, 'record', join(folder, 'spec.toml'), ...args], {
          encoding: 'utf8',
          env: { ...process.env, SESSION_USER: 'alice' },
        }),
    });
  });
}

test("a session runs in its user's own environment, and what it compiles is kept, sorted, once", async () => {
  await withSite(async ({ folder, record, statements }) => {
    const first = record('--', 'julia', 'B.g', 'Main.f');
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stderr, new RegExp(`in ${join(folder, 'env')} for alice`));
    assert.match(first.stdout, /1 statements added, 1 in all; 1 dropped/);
    assert.equal(record('--', 'julia', 'B.g', 'A.f', '1.10').status, 0);
    assert.deepEqual(await statements(), [
      'precompile(Tuple{typeof(1.10)})',
      'precompile(Tuple{typeof(A.f)})',
      'precompile(Tuple{typeof(B.g)})',
    ]);
  });
});

test('sessions of others are merged from their traces', async () => {
  await withSite(async ({ folder, record, statements }) => {
    await writeFiles(folder, {
      'alice.jl': 'precompile(Tuple{typeof(A.f)})\n',
      'bob.jl':
        '#=    1.2 ms =# precompile(Tuple{typeof(A.f)}) # recompile\nprecompile(Tuple{typeof(B.g)})\n',
    });
    const from = ['alice.jl', 'bob.jl'].flatMap((name) => ['--from', join(folder, name)]);
    const { status, stdout } = record(...from, '--json');
    assert.equal(status, 0);
    const report = JSON.parse(stdout) as RecordReport;
    assert.deepEqual(
      { added: report.added, total: report.total, dropped: report.dropped },
      { added: 2, total: 2, dropped: [] },
    );
    assert.deepEqual(await statements(), [
      'precompile(Tuple{typeof(A.f)})',
      'precompile(Tuple{typeof(B.g)})',
    ]);
    assert.equal((JSON.parse(record(...from, '--json').stdout) as RecordReport).added, 0);
  });
});

test('statements that mean nothing any more, or were cut off, are left out and named; what the workload compiles all the same is counted', async () => {
  await withSite(async ({ folder, record, statements }) => {
    await writeFiles(folder, {
      'statements.jl': 'precompile(Tuple{typeof(A.f)})\nprecompile(Tuple{typeof(Gone.f)})\n',
      'bob.jl':
        'precompile(Tuple{typeof(B.g)})\nprecompile(Tuple{typeof(Gone.g)})\nprecompile(Tuple{typeof(A',
    });
    const { status, stdout } = record('--from', join(folder, 'bob.jl'), '--json');
    assert.equal(status, 0);
    const report = JSON.parse(stdout) as RecordReport;
    assert.deepEqual(report.unresolved, [
      'precompile(Tuple{typeof(Gone.f)})',
      'precompile(Tuple{typeof(Gone.g)})',
      'precompile(Tuple{typeof(A',
    ]);
    assert.deepEqual([report.added, report.total, report.remaining], [1, 2, 2]);
    assert.deepEqual(await statements(), [
      'precompile(Tuple{typeof(A.f)})',
      'precompile(Tuple{typeof(B.g)})',
    ]);
    const again = record('--from', join(folder, 'bob.jl'));
    assert.match(
      again.stdout,
      /2 left out, as they mean nothing here:\n {2}precompile\(Tuple\{typeof\(Gone\.g\)\}\)\n/,
    );
    assert.match(again.stdout, /the workload compiles 2 methods more\n$/);
  });
});

test('what cannot be recorded is said, and leaves the file as it was', async () => {
  await withSite(async ({ folder, record, statements }) => {
    record('--', 'julia', 'A.f');
    const failed = record('--', 'julia', 'B.g', 'fail');
    assert.equal(failed.status, 7);
    assert.match(failed.stderr, /the session failed: exit code 3\nhint: nothing was recorded/);
    const other = record('--', 'python', 'x.py');
    assert.equal(other.status, 2);
    assert.match(other.stderr, /'python' is not julia.*\nhint: .*--from/s);
    assert.equal(record().status, 2);
    assert.equal(record('--from', join(folder, 'nothing.jl')).status, 5);
    assert.equal(record('--environment', 'other', '--', 'julia', 'x').status, 2);
    assert.deepEqual(await statements(), ['precompile(Tuple{typeof(A.f)})']);
    await writeFile(join(folder, 'spec.toml'), SPEC.replace(/^statements.*\n/m, ''));
    const nowhere = record('--', 'julia', 'A.f');
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.stderr, /statements = "statements\.jl"/);
  });
});

test('a line that is no statement is named; comments are not', () => {
  assert.deepEqual(parseStatements('# precompile(f)\n\nprecompile(Tuple{f})\n', 's.jl'), [
    'precompile(Tuple{f})',
  ]);
  assert.throws(() => parseStatements('precompile(Tuple{f})\nrm("x")\n', 's.jl'), {
    code: 'bad-spec',
    message: /^s\.jl:2: .*rm\("x"\)/,
  });
});

test('what is written is read again as the same', () => {
  const { statements } = addStatements(['precompile(Tuple{b})'], ['precompile(Tuple{a})\n']);
  assert.deepEqual(statements, ['precompile(Tuple{a})', 'precompile(Tuple{b})']);
  assert.deepEqual(parseStatements(renderStatements(statements), 's.jl'), statements);
});
