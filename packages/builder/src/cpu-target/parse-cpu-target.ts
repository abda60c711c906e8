import type { Arch } from '@depotcast/hydrator/format';

/** One target of what Julia takes for `-C`: `haswell,-rdrnd`. */
export interface ParsedCpuTarget {
  readonly cpu: string;
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  /** Words that say how to compile it beside other targets: `clone_all`, `base(0)`. */
  readonly options: readonly string[];
}

const OPTION = /^-?(?:clone_all|opt_size|min_size|base\(\d+\))$/;

/** On aarch64 `crypto` means two features, as it does to LLVM. */
const CRYPTO = ['aes', 'sha2'];

/** The targets of a string that Julia would take for `-C`; more than one where it has semicolons. */
export function parseCpuTargets(text: string, arch: Arch): ParsedCpuTarget[] {
  return text.split(';').map((part) => {
    const [cpu = '', ...words] = part.split(',');
    const features = words.filter((word) => !OPTION.test(word));
    const expand = (word: string) => {
      const name = word.replace(/^[+-]/, '');
      return arch === 'aarch64' && name === 'crypto' ? CRYPTO : [name];
    };
    return {
      cpu,
      enabled: features.filter((word) => !word.startsWith('-')).flatMap(expand),
      disabled: features.filter((word) => word.startsWith('-')).flatMap(expand),
      options: words.filter((word) => OPTION.test(word)),
    };
  });
}
