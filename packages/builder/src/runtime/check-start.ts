import { DepotError } from '@depotcast/hydrator/format';
import { basename, normalize } from 'node:path';
import { isBaseLibrary } from './base-libraries.js';

/** Loads the libraries that it is given, and prints one fact a line of where Julia finds itself. */
export const CHECK_SCRIPT = `
using Libdl
fact(key, value) = println("depotcast\\t", key, "\\t", value)
for library in ARGS
    dlopen(library)
end
fact("bindir", Sys.BINDIR)
fact("stdlib", Sys.STDLIB)
fact("sysimage", unsafe_string(Base.JLOptions().image_file))
foreach(depot -> fact("depot", depot), DEPOT_PATH[2:end])
foreach(folder -> fact("search", folder), Libdl.DL_LOAD_PATH)
foreach(library -> fact("library", library), dllist())
`;

export interface ExpectedStart {
  readonly label: string;
  /** Where the layer is seen. */
  readonly layer: string;
  /** Below the layer. */
  readonly sysimage: string;
  readonly stdlib: string;
}

/**
 * Makes sure that Julia lives in its layer alone.
 * @throws DepotError `build-failed`, naming what it found elsewhere
 */
export function refuseStrayed(output: string, { label, layer, sysimage, stdlib }: ExpectedStart): void {
  const facts = output.split('\n').flatMap((line) => {
    const [tag, key = '', value = ''] = line.split('\t');
    return tag === 'depotcast' ? [{ key, value: normalize(value) }] : [];
  });
  const expected = { bindir: `${layer}/bin`, stdlib: `${layer}/${stdlib}`, sysimage: `${layer}/${sysimage}` };
  for (const [key, value] of Object.entries(expected)) {
    const found = facts.find((fact) => fact.key === key)?.value;
    if (found !== value) throw strayed(label, `its ${key} should be ${value}, and is ${found ?? 'nowhere'}`);
  }
  const isOwn = (path: string): boolean => path.startsWith(`${layer}/`);
  const stray = facts.find(
    ({ key, value }) =>
      !isOwn(value) && !(key === 'library' && isBaseLibrary(basename(value))) && value !== '.',
  );
  if (stray !== undefined) throw strayed(label, `its ${stray.key} ${stray.value} is outside of its layer`);
}

function strayed(label: string, what: string): DepotError {
  return new DepotError(
    'build-failed',
    `${label}: moved to another place, it does not find itself: ${what}`,
    {
      hint: 'unpack an official Julia into a folder of its own, and name its bin/julia with [julia] command',
    },
  );
}
