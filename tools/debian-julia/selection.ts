/** Dependencies for installing packages, not for running what is in them. */
const INSTALLERS: ReadonlySet<string> = new Set(['debconf', 'dpkg', 'perl-base', 'tar']);

/** The C library and what must match it: two of them in one process crash, and the machine's serves older programs. */
const MACHINE: ReadonlySet<string> = new Set(['libc6', 'libcrypt1', 'libgcc-s1']);

/** Whether a package belongs in the tree. An emulated program has nothing of the machine's to use. */
export function isUnpacked(name: string, emulated: boolean): boolean {
  return !INSTALLERS.has(name) && (emulated || !MACHINE.has(name));
}
