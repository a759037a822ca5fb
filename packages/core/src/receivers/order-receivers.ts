import type { ReceiverHealth } from './receiver-health.ts'
import type { Strategy } from './receiver.ts'

/** What the order depends on. */
export interface Candidate {
  readonly receiver: { readonly weight: number }
  readonly health: ReceiverHealth
}

/**
 * In which order a batch tries the receivers of its group: those that take batches first, the others as a last resort,
 * and not at all those that asked to be left alone.
 */
export function orderReceivers<Member extends Candidate>(members: readonly Member[], strategy: Strategy, random: () => number): readonly Member[] {
  const open = members.filter(({ health }) => health.blockedMs() === 0)
  const ready = open.filter(({ health }) => health.isReady())
  const others = open.filter((member) => !ready.includes(member))
  if (strategy === 'failover') return [...ready, ...others]
  const chosen = choose(ready, random)
  const spare = [...ready.filter((member) => member !== chosen), ...others].toSorted((a, b) => a.health.cost() - b.health.cost())
  return chosen === undefined ? spare : [chosen, ...spare]
}

/** How much cheaper the second draw must be to be taken: less would send all batches to the nearest receiver. */
const MUCH_CHEAPER = 2

/**
 * The power of two choices: of two draws by weight, the first, unless the second is idle or fast where the first is
 * busy or slow. Receivers that do alike share batches by their weights.
 */
function choose<Member extends Candidate>(members: readonly Member[], random: () => number): Member | undefined {
  const [first, second] = [draw(members, random), draw(members, random)]
  if (first === undefined || second === undefined) return first
  return second.health.cost() * MUCH_CHEAPER <= first.health.cost() ? second : first
}

function draw<Member extends Candidate>(members: readonly Member[], random: () => number): Member | undefined {
  let at = random() * members.reduce((sum, { receiver }) => sum + receiver.weight, 0)
  return members.find(({ receiver }) => (at -= receiver.weight) < 0)
}
