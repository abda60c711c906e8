/** Distinguished Encoding Rules (ITU-T X.690), as far as a certificate needs them. */
const TAGS = {
  integer: 0x02,
  bitString: 0x03,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export function sequence(...items: readonly Buffer[]): Buffer {
  return encode(TAGS.sequence, Buffer.concat(items));
}

export function set(item: Buffer): Buffer {
  return encode(TAGS.set, item);
}

/** A positive number, big-endian, without leading zeros. */
export function integer(bytes: Buffer): Buffer {
  const sign = ((bytes[0] ?? 0) & 0x80) === 0 ? [] : [0];
  return encode(TAGS.integer, Buffer.from([...sign, ...bytes]));
}

export function bitString(bytes: Buffer): Buffer {
  const unusedBits = 0;
  return encode(TAGS.bitString, Buffer.from([unusedBits, ...bytes]));
}

/** @param encoded its contents, already in their seven-bit groups */
export function objectIdentifier(encoded: string): Buffer {
  return encode(TAGS.objectIdentifier, Buffer.from(encoded, 'hex'));
}

export function utf8String(text: string): Buffer {
  return encode(TAGS.utf8String, Buffer.from(text));
}

/** To the second, UTC. RFC 5280 wants two digits of the year as long as they are enough. */
export function time(at: Date): Buffer {
  const text = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  if (at.getUTCFullYear() >= 2050) return encode(TAGS.generalizedTime, Buffer.from(text));
  return encode(TAGS.utcTime, Buffer.from(text.slice(2)));
}

export const nothing = encode(TAGS.null, Buffer.alloc(0));

function encode(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

/** One byte below 128, else the number of bytes that follow with the length, big-endian. */
function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
