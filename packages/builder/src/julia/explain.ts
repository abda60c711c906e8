/** Also what the kernel's SIGKILL means. */
export const OUT_OF_MEMORY =
  'there is not enough memory; a system image takes 2 to 4 GB: use a smaller --jobs';

/** What Julia says, what that means, and what helps. */
const KNOWN: readonly { readonly pattern: RegExp; readonly meaning: string }[] = [
  {
    pattern: /Unable to find compatible target in (?:system|cached code) image/,
    meaning:
      "this host's CPU lacks features of the target; build it on a CPU that has them, or under an emulator as launcher",
  },
  {
    pattern: /Your CPU does not support the CX16 instruction/,
    meaning: 'Julia does not know the name of the CPU target; `depot-build targets` lists those that work',
  },
  {
    pattern: /Invalid CPU name|not a recognized processor/,
    meaning: 'this Julia is too old for the target; `depot-build targets --julia PATH` lists those it knows',
  },
  {
    pattern: /Task cannot be serialized|cannot serialize a running Task/,
    meaning:
      'a package starts a task while it is loaded; start it in its __init__, or leave the package out of the image',
  },
  {
    pattern: /(?:OutOfMemoryError|Cannot allocate memory|signal \(9\))/,
    meaning: OUT_OF_MEMORY,
  },
  {
    pattern: /No space left on device/,
    meaning: 'the disk is full; `depot-build plan` estimates what is needed',
  },
  {
    pattern: /required but does not seem to be installed|Package .* not found in current path/,
    meaning: "the Manifest lacks a package that is loaded; run julia --project -e 'using Pkg; Pkg.resolve()'",
  },
  {
    pattern: /Read-only file system|Permission denied/,
    meaning: 'a package writes into its own folder while it is loaded; it must use a scratch folder',
  },
];

/** The remedy for one line of Julia's, where the line is known. */
export function explain(line: string): string | undefined {
  return KNOWN.find(({ pattern }) => pattern.test(line))?.meaning;
}
