/**
 * Puts the values of an option that is given several times together, at the end: yargs would keep the last alone,
 * as it must for all others.
 */
export function gatherRepeated(args: readonly string[], option: `--${string}`): string[] {
  const values: string[] = [];
  const rest: string[] = [];
  let isValue = false;
  for (const arg of args) {
    isValue = arg === option || (isValue && !arg.startsWith('-'));
    if (arg.startsWith(`${option}=`)) values.push(arg.slice(option.length + 1));
    else if (isValue && arg !== option) values.push(arg);
    else if (arg !== option) rest.push(arg);
  }
  const isGiven = args.some((arg) => arg === option || arg.startsWith(`${option}=`));
  return isGiven ? [...rest, option, ...values] : rest;
}
