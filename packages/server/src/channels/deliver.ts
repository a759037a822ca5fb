import type { PostJson } from '../outbound/post-json.ts'
import { PostRefused } from '../outbound/post-json.ts'
import type { Channels, Delivery } from '../registry/channels.ts'
import type { Mailer } from './mailer.ts'
import { sign } from './sign.ts'
import { toAlertMail, toSlack, toWebhook } from './to-payload.ts'

export interface Delivering {
  readonly channels: Pick<Channels, 'take' | 'delivered' | 'failed'>
  readonly post: PostJson
  /** `null` where the server sends no e-mail. */
  readonly mailer: Pick<Mailer, 'send'> | null
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const AT_ONCE = 20
/** Longer than any attempt takes: another process tries again what this one has died with. */
const TAKEN_MS = 60_000
/** Waits before the second, third, … attempt; after the last one it is given up. */
const WAITS_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 6 * 3_600_000] as const

/** Hands over what waits, each to its channel; what fails is tried again for about eight hours. At least once: a receiver knows a repetition by its id. */
export async function deliver({ channels, post, mailer, now }: Delivering): Promise<void> {
  for (let taken = await channels.take(AT_ONCE, TAKEN_MS); taken.length > 0; taken = await channels.take(AT_ONCE, TAKEN_MS)) {
    await Promise.all(
      taken.map(async (delivery) => {
        try {
          await handOver(delivery)
          await channels.delivered(delivery)
        } catch (error) {
          const wait = error instanceof PostRefused && !error.mayRetry ? undefined : WAITS_MS[delivery.attempts - 1]
          await channels.failed(delivery, error instanceof Error ? error.message : String(error), wait === undefined ? null : now() + wait)
        }
      }),
    )
  }

  function handOver({ id, channel, body }: Delivery): Promise<void> {
    const { kind, address, secret } = channel
    if (kind === 'slack') return post(new URL(address), toSlack(body), {})
    if (kind === 'webhook') {
      const text = toWebhook(id, body)
      return post(new URL(address), text, { 'wayside-signature': sign(text, secret, now()) })
    }
    if (mailer === null) throw new PostRefused('this server sends no e-mail: give it --smtp-url, --mail-from and --public-url', false)
    return mailer.send({ to: address, ...toAlertMail(body) })
  }
}
