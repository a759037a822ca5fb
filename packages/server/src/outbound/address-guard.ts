import { BlockList, isIP } from 'node:net'
import { normalizeIp } from '@wayside/protocol'

/** Says which addresses this server connects to when somebody other than its operator has named the target. */
export interface AddressGuard {
  /**
   * Why an address must not be connected to, `null` when it may be.
   * @param host - the name that led to the address, or the address itself
   */
  refuse(address: string, host: string): string | null
}

/** What belongs to one machine, one network or nobody: RFC 6890 and what came after it. */
const PRIVATE_NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of IPv6 only what is handed out for the whole internet is reached, and of that not what tunnels or documents. */
const PRIVATE_NETWORKS_6 = ['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
/** Gateways turn these into the IPv4 address at their end. */
const NAT64_PREFIX = '64:ff9b::'
/** Where clouds tell a machine its own credentials: no configuration opens these. */
const METADATA = ['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254']

/** @param allowed - private addresses, networks and host names that may be reached all the same, as `--private-targets` takes them */
export function createAddressGuard(allowed: readonly string[]): AddressGuard {
  const metadata = createNetworks(METADATA)
  const privateNetworks = createNetworks([...PRIVATE_NETWORKS, ...PRIVATE_NETWORKS_6])
  const nat64 = createNetworks([`${NAT64_PREFIX}/96`])
  const translated = createNetworks([...PRIVATE_NETWORKS, ...METADATA.filter((each) => isIP(each) === 4)].map(toNat64))
  const networks = createNetworks(allowed.filter((each) => isIP(each.split('/', 1)[0] ?? '') !== 0))
  const hosts = new Set(allowed.map((each) => each.toLowerCase()))

  return {
    refuse(text, host) {
      // An IPv4 address mapped into IPv6 is taken as IPv4.
      const address = isIP(text) === 0 ? null : normalizeIp(text)
      if (address === null) return `${JSON.stringify(text)} is no IP address`
      if (metadata(address)) return `${address} is where a cloud keeps credentials of this machine`
      const isPrivate = nat64(address) ? translated(address) : privateNetworks(address)
      return isPrivate && !networks(address) && !hosts.has(host.toLowerCase()) ? `${address} is a private address` : null
    },
  }
}

/** Whether an address is in one of the networks. A rule of either family would match addresses of the other in one list. */
function createNetworks(networks: readonly string[]): (address: string) => boolean {
  const lists = { 4: new BlockList(), 6: new BlockList() }
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    if (isIP(address) === 4) lists[4].addSubnet(address, Number(bits ?? 32), 'ipv4')
    else lists[6].addSubnet(address, Number(bits ?? 128), 'ipv6')
  }
  return (address) => (isIP(address) === 4 ? lists[4].check(address, 'ipv4') : lists[6].check(address, 'ipv6'))
}

function toNat64(network: string): string {
  const [address, bits = '32'] = network.split('/')
  return `${NAT64_PREFIX}${address}/${96 + Number(bits)}`
}
