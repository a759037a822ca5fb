/**
 * Whether an address (4 or 16 bytes) belongs to somebody on the Internet. Registries list blocks that nobody can call
 * from, private networks among them, under the country of whoever administers them; their country means nothing.
 */
export function isPublicAddress(bytes: readonly number[]): boolean {
  const reserved = bytes.length === 4 ? RESERVED_IPV4 : RESERVED_IPV6
  return !reserved.some(([prefix, bits]) => startsWith(bytes, prefix, bits))
}

type Block = readonly [prefix: readonly number[], bits: number]

/** The blocks of RFC 6890 that no client on the Internet has, and the multicast and future ones. */
const RESERVED_IPV4: readonly Block[] = [
  [[0], 8],
  [[10], 8],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 0, 0], 24],
  [[192, 0, 2], 24],
  [[192, 168], 16],
  [[198, 18], 15],
  [[198, 51, 100], 24],
  [[203, 0, 113], 24],
  [[224], 3],
]

const RESERVED_IPV6: readonly Block[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 112],
  [[0x20, 0x01, 0x0d, 0xb8], 32],
  [[0xfc], 7],
  [[0xfe, 0x80], 10],
  [[0xff], 8],
]

function startsWith(bytes: readonly number[], prefix: readonly number[], bits: number): boolean {
  return prefix.every((byte, at) => {
    const relevant = Math.min(8, bits - at * 8)
    const mask = (0xff << (8 - relevant)) & 0xff
    return ((bytes[at] ?? 0) & mask) === (byte & mask)
  })
}
