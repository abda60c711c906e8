import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyPath, locatorOf, renderKeyPath } from '../src/spec/locate.js';

const TEXT = `# a comment with [brackets] and key = 1
name = "jets" # name
list = [
  "a = b", # ] not the end
  "[x]",
]
[julia]
command = ["a",
  "b"]
"quoted key" = 1
[[environment]]
name = """
prefix = "inside a text"
"""
sysimage.workload = "w"
[[environment]]
name = 'second'
[environment.sysimage]
packages = []
[[deps.Jets]]
uuid = "1"
`;

const CASES: readonly [KeyPath, number | undefined][] = [
  [['name'], 2],
  [['list'], 3],
  [['list', 1], 3],
  [['julia'], 7],
  [['julia', 'command'], 8],
  [['julia', 'quoted key'], 10],
  [['julia', 'missing'], 7],
  [['environment', 0], 11],
  [['environment', 0, 'name'], 12],
  [['environment', 0, 'sysimage', 'workload'], 15],
  [['environment', 1, 'name'], 17],
  [['environment', 1, 'sysimage', 'packages'], 19],
  [['deps', 'Jets'], 20],
  [['prefix'], undefined],
];

for (const [path, line] of CASES) {
  test(`${renderKeyPath(path)} stands in line ${line ?? 'none'}`, () => {
    assert.equal(locatorOf(TEXT)(path), line);
  });
}
