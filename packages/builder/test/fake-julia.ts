import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from './temporary.js';

const HELPERS = import.meta.resolve('./fake-image.js');

/**
 * A stand-in for Julia 1.11 and a linker: it answers what it is, makes a cache for each package that a script loads and
 * no depot has, writes object files and traces, where an image
 * calls for one method more that its statements do not name. It does what files beside it say, as its environment is a clean one.
 */
export class FakeJulia {
  private constructor(
    private readonly folder: string,
    readonly command: string,
    readonly linker: string,
  ) {}

  static async install(folder: string): Promise<FakeJulia> {
    const [command, linker] = [join(folder, 'julia'), join(folder, 'ld')];
    await writeFiles(folder, {
      julia: program(JULIA),
      ld: program(LINKER),
      'sys.so': 'stock image',
      calls: '',
    });
    await chmod(command, 0o755);
    await chmod(linker, 0o755);
    return new FakeJulia(folder, command, linker);
  }

  /** The next starts whose arguments contain `word` print `output`, `@depot2` in it their second depot, and end with `code`. */
  async disturb(word: string, output: string, code: number): Promise<void> {
    await writeFile(join(this.folder, 'disturb.json'), JSON.stringify({ word, output, code }));
  }

  /** Lines that name artifacts: package, name, hash, whether lazy, folder; with tabs between them. */
  async declareArtifacts(lines: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, 'artifacts'), lines.map((line) => `depotcast\t${line}\n`).join(''));
  }

  /** What packages hold that bake what the host is: what and value, of HostCPUFeatures. */
  async bake(values: readonly (readonly [what: string, value: string])[]): Promise<void> {
    const lines = values.map((value) => ['depotcast-baked', 'HostCPUFeatures', ...value].join('\t'));
    await writeFile(join(this.folder, 'baked'), lines.join('\n'));
  }

  async calm(): Promise<void> {
    await rm(join(this.folder, 'disturb.json'), { force: true });
  }

  /** The host's CPU lacks these features, by Julia's names. */
  async lack(features: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, 'lacking.json'), JSON.stringify(features));
  }

  /** Kinds of starts since the last time: `load`, `trace`, `image`. */
  async takeCalls(): Promise<string[]> {
    const file = join(this.folder, 'calls');
    const calls = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    await writeFile(file, '');
    return calls;
  }
}

function program(source: string): string {
  return `#!${process.execPath}\n${source}`;
}

const LINKER = `
const fs = require('node:fs');
const args = process.argv;
fs.copyFileSync(args[args.indexOf('--whole-archive') + 1], args[args.indexOf('-o') + 1]);
`;

const JULIA = `
const fs = require('node:fs');
const path = require('node:path');
const args = process.argv.slice(2);
const script = args.at(-1);
const after = (name) => args[args.indexOf(name) + 1];
const trace = args.find((arg) => arg.startsWith('--trace-compile='))?.slice('--trace-compile='.length);

if (after('-e')?.includes('artifact_path')) {
  process.stdout.write(fs.readFileSync(path.join(__dirname, 'artifacts')));
  process.exit(0);
}
if (args.includes('-e')) {
  const facts = { version: '1.11.0', arch: 'x86_64', bindir: '/fake/bin', stdlib: '/fake/stdlib' };
  facts.sysimage = path.join(__dirname, 'sys.so');
  for (const [key, value] of Object.entries(facts)) console.log('depotcast\\t' + key + '\\t' + value);
  process.exit(0);
}

const lacks = path.join(__dirname, 'lacking.json');
const lacking = fs.existsSync(lacks) ? JSON.parse(fs.readFileSync(lacks, 'utf8')) : [];
const writeImage = async (file, cpuTarget, more) => {
  const { fakeImage } = await import(${JSON.stringify(HELPERS)});
  fs.writeFileSync(file, Buffer.concat([fakeImage(cpuTarget, lacking), Buffer.from(more)]));
};
const kind = args.includes('--output-o') ? 'image' : trace === undefined ? 'load' : 'trace';
fs.appendFileSync(path.join(__dirname, 'calls'), kind + '\\n');
const disturb = path.join(__dirname, 'disturb.json');
if (fs.existsSync(disturb)) {
  const { word, output, code } = JSON.parse(fs.readFileSync(disturb, 'utf8'));
  if ([kind, ...args].some((arg) => arg.includes(word))) {
    console.error(output.replace('@depot2', process.env.JULIA_DEPOT_PATH.split(':')[1]));
    if (code !== 0) process.exit(code);
  }
}

const text = fs.readFileSync(script, 'utf8');
const depots = process.env.JULIA_DEPOT_PATH.split(':').filter((depot) => depot !== '');
if (kind === 'image') {
  const statements = fs.readFileSync(/eachline\\("(.*?)"\\)/.exec(text)[1], 'utf8');
  console.log('statements compiled: ' + statements.split('\\n').filter(Boolean).length);
  writeImage(after('--output-o'), after('-C'), '\\n' + statements);
} else if (kind === 'trace') {
  const image = args.includes('-J') ? fs.readFileSync(after('-J'), 'utf8') : undefined;
  const methods = image === undefined ? ['A.f', 'Main.g'] : image.includes('A.h') ? [] : ['A.h'];
  fs.writeFileSync(trace, methods.map((name) => 'precompile(Tuple{typeof(' + name + ')})\\n').join(''));
} else {
  for (const [, name] of text.matchAll(/Base\\.PkgId\\(.*?, "(\\w+)"\\)/g)) {
    console.log(name);
    const cache = path.join('compiled/v1.11', name);
    if (args.includes('-J') || depots.some((depot) => fs.existsSync(path.join(depot, cache)))) continue;
    fs.mkdirSync(path.join(depots[0], cache), { recursive: true });
    fs.writeFileSync(path.join(depots[0], cache, 'slug.ji'), name + process.env.JULIA_CPU_TARGET);
    // Without a target, as with --pkgimages=no, caches hold no machine code.
    const cpuTarget = process.env.JULIA_CPU_TARGET;
    if (cpuTarget) writeImage(path.join(depots[0], cache, 'slug.so'), cpuTarget, '');
    fs.mkdirSync(path.join(depots[0], 'logs'), { recursive: true });
  }
  const baked = path.join(__dirname, 'baked');
  if (text.includes('depotcast-baked') && fs.existsSync(baked)) console.log(fs.readFileSync(baked, 'utf8'));
  // What the script says last, once all are loaded.
  console.log(/^println\\("(.* loaded)"\\)$/m.exec(text)?.[1]);
}
`;
