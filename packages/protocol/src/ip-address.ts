/**
 * An IP address as its bytes (4 or 16), or `null` when the text is none. An IPv4 address mapped into IPv6
 * (`::ffff:203.0.113.7`) is taken as IPv4; a zone (`fe80::1%eth0`) is left out.
 */
export function parseIp(text: string): readonly number[] | null {
  if (text.length > 64) return null
  if (!text.includes(':')) return parseIpv4(text)
  const bytes = parseIpv6(text.split('%', 1)[0] ?? '')
  return bytes !== null && isMappedIpv4(bytes) ? bytes.slice(12) : bytes
}

/**
 * The address in its usual form, from what proxies and sockets write: mapped IPv4, a port (`203.0.113.7:51234`,
 * `[2001:db8::1]:443`) and a zone are taken off. `null` when there is no address in it.
 */
export function normalizeIp(text: string): string | null {
  const bytes = parseIp(stripPort(text.trim()))
  return bytes === null ? null : formatIp(bytes)
}

/** The network of an address: IPv4 /24, IPv6 /48, such as `203.0.113.0/24`. `null` when the text is no address. */
export function toNetwork(text: string): string | null {
  const bytes = parseIp(stripPort(text.trim()))
  if (bytes === null) return null
  return bytes.length === 4
    ? `${formatIp([...bytes.slice(0, 3), 0])}/24`
    : `${formatIp([...bytes.slice(0, 6), ...zeros(10)])}/48`
}

function stripPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')))
  const colon = text.indexOf(':')
  return colon !== -1 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text
}

function parseIpv4(text: string): readonly number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256))
  return bytes.every((byte) => byte <= 255) ? bytes : null
}

function parseIpv6(text: string): readonly number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  // Dotted IPv4 stands only at the very end.
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (head === null || tail === null) return null
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return null
  return [...head, ...zeros(missing), ...tail]
}

function parseGroups(text: string, endsAddress: boolean): number[] | null {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [at, group] of groups.entries()) {
    if (group.includes('.')) {
      const ipv4 = endsAddress && at === groups.length - 1 ? parseIpv4(group) : null
      if (ipv4 === null) return null
      bytes.push(...ipv4)
    } else {
      if (!/^[\da-f]{1,4}$/i.test(group)) return null
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    }
  }
  return bytes
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0)
}

function isMappedIpv4(bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => at >= 12 || byte === (at < 10 ? 0 : 0xff))
}

/** RFC 5952: lower case, no leading zeros, the longest run of zero groups as `::`. */
function formatIp(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const text = (from: number, to: number) => groups.slice(from, to).map((group) => group.toString(16)).join(':')
  return best.start === -1 ? text(0, 8) : `${text(0, best.start)}::${text(best.start + best.length, 8)}`
}
