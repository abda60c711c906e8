import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'smol-toml';
import { DepotError } from '../src/format/index.js';
import { readTomlEntries, stringOf, stringsOf } from '../src/project/toml-entries.js';

const TEXT = `
name = "Ana" # a comment with "quotes" and [brackets]
authors = [ "a \\"b\\" [c]",   # one
  'd#e',
]
"odd key" = '\\n'

[deps]
A = "1"
[[A]]
uuid = "x"

    [A.'b.c'] # below
    d.e = { f = [1, 2], g = "}" }
[[A]]
uuid = "y"
`;

test('entries have the names, the values and the lines that a TOML parser finds', () => {
  const entries = readTomlEntries(TEXT, 'x.toml');
  assert.deepEqual(
    entries.map(({ table, key, line }) => [[...table, ...key].join('|'), line]),
    [
      ['name', 2],
      ['authors', 3],
      ['odd key', 6],
      ['deps|A', 9],
      ['A|uuid', 11],
      ['A|b.c|d|e', 14],
      ['A|uuid', 16],
    ],
  );
  const whole = parse(TEXT);
  const [name, authors, odd, , first, inline, second] = entries.map(({ value }) => value);
  assert.equal(stringOf(name ?? ''), whole['name']);
  assert.deepEqual(stringsOf(authors ?? ''), whole['authors']);
  assert.equal(stringOf(odd ?? ''), whole['odd key']);
  assert.deepEqual(
    [first, second].map((value) => ({ uuid: stringOf(value ?? '') })),
    [{ uuid: 'x' }, { uuid: 'y' }],
  );
  assert.equal(inline, '{f=[1,2],g="}"}');
});

test('a value is the same text however it is laid out', () => {
  const valueOf = (text: string): string | undefined => readTomlEntries(text, 'x.toml')[0]?.value;
  assert.equal(valueOf('a = [1, 2]'), valueOf('a=[ # one\n 1,\n 2 ]'));
  assert.notEqual(valueOf('a = "1 2"'), valueOf('a = "12"'));
});

const REFUSED = {
  'what is neither table nor key': ['a = 1\nwhat?', 'x.toml:2: expected a table or a key with a value'],
  'a key without a value': ['a =', 'x.toml:1: expected a value'],
  'brackets that stay open': ['\na = [1,\n2', 'x.toml:2: its brackets are never closed'],
  'strings over several lines': ['a = """x"""', 'x.toml:1: a string over several lines is not read here'],
  'a table with one bracket too few': ['[[a]\nb = 1', 'x.toml:1: expected a table or a key with a value'],
} as const;
for (const [what, [text, message]] of Object.entries(REFUSED)) {
  test(`refused with file and line: ${what}`, () => {
    assert.throws(
      () => readTomlEntries(text, 'x.toml'),
      (error) => error instanceof DepotError && error.code === 'bad-format' && error.message === message,
    );
  });
}
