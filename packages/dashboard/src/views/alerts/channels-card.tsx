import { CHANNEL_KINDS, type Channel, type ChannelKind, type ChannelsList } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { orNull, record, text } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { CopyButton } from '../../widgets/copy-button.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { formatSeen } from '../cards/columns.tsx'
import { FormField } from '../form-field.tsx'
import { useChange } from '../use-change.ts'

const KINDS: Readonly<Record<ChannelKind, string>> = { email: 'E-mail', webhook: 'Webhook', slack: 'Slack' }
/** What is to be told is taken up within seconds. */
const LOOK_AGAIN_MS = 3_000

/** Where alerts are told. */
export function ChannelsCard({ list: { channels, canMail, mayChange } }: { readonly list: ChannelsList }) {
  const { feed, now } = useDashboard()
  const { isBusy, refusal, make } = useChange()
  const pathOf = (id: string, rest = '') => `api/v1/channel${rest}?${new URLSearchParams({ id }).toString()}`

  async function test(id: string) {
    if ((await make({ method: 'POST', path: pathOf(id, '/test'), body: {} }, record({}))) !== null) setTimeout(feed.refresh, LOOK_AGAIN_MS)
  }
  async function remove({ id, name }: Channel) {
    if (confirm(`Tell ${name} nothing more?`)) await make({ method: 'DELETE', path: pathOf(id) }, record({}))
  }
  const columns: readonly Column<Channel>[] = [
    { id: 'name', title: 'Channel', cell: ({ name }) => <bdi>{name}</bdi> },
    { id: 'kind', title: 'Kind', cell: ({ kind }) => KINDS[kind] },
    { id: 'target', title: 'To', cell: ({ target }) => <bdi>{target}</bdi> },
    {
      id: 'state',
      title: 'Told last',
      cell: ({ problem, failed, deliveredAt }) =>
        problem === null ? <span class="quiet">{formatSeen(deliveredAt, now.peek())}</span> : <span class="uptime uptime--down prose">{failed > 0 ? `Gave up ${failed}: ${problem}` : problem}</span>,
    },
    ...(mayChange
      ? [
          {
            id: 'actions',
            title: 'Actions',
            cell: (channel: Channel) => (
              <>
                <button type="button" class="button button--small" aria-label={`Test ${channel.name}`} disabled={isBusy} onClick={() => void test(channel.id)}>
                  Test
                </button>
                <button type="button" class="button button--small button--plain" aria-label={`Remove ${channel.name}`} disabled={isBusy} onClick={() => void remove(channel)}>
                  Remove
                </button>
              </>
            ),
          },
        ]
      : []),
  ]
  return (
    <Card title="Channels">
      <DataTable caption="Channels" columns={columns} rows={channels} rowKey={({ id }) => id} empty="None yet. Alerts stand on this page, and nobody is told." limit={20} isLabelled />
      <p role="alert">{refusal}</p>
      {mayChange ? <ChannelForm canMail={canMail} /> : <p class="quiet">Administrators of the project make channels, and keys of kind admin.</p>}
    </Card>
  )
}

function ChannelForm({ canMail }: Pick<ChannelsList, 'canMail'>) {
  const kind = useSignal<ChannelKind>(canMail ? 'email' : 'webhook')
  const name = useSignal('')
  const target = useSignal('')
  const secret = useSignal<string | null>(null)
  const shown = useRef<HTMLElement>(null)
  const { isBusy, refusal, make } = useChange()

  async function save(event: Event) {
    event.preventDefault()
    const made = await make({ method: 'POST', path: 'api/v1/channels', body: { kind: kind.value, name: name.value.trim(), address: target.value.trim() } }, record({ secret: orNull(text) }))
    if (made === null) return
    name.value = target.value = ''
    // The boundary cast: it was checked a moment ago.
    secret.value = (made as { readonly secret: string | null }).secret
  }
  return (
    <details class="form__more">
      <summary>Add a channel</summary>
      <form class="form" onSubmit={(event) => void save(event)}>
        <FormField label="Kind" {...(!canMail && { hint: 'This server sends no e-mail: give it --smtp-url, --mail-from and --public-url' })}>
          <select value={kind.value} onInput={({ currentTarget }) => (kind.value = CHANNEL_KINDS.find((each) => each === currentTarget.value) ?? 'webhook')}>
            {CHANNEL_KINDS.filter((each) => canMail || each !== 'email').map((each) => (
              <option key={each} value={each}>
                {KINDS[each]}
              </option>
            ))}
          </select>
        </FormField>
        <FormField label="Name">
          <input required maxLength={100} value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
        </FormField>
        <FormField label="Address" hint={kind.value === 'email' ? 'An e-mail address' : 'Where is posted to; it is never shown again'}>
          <input required maxLength={2_048} inputMode={kind.value === 'email' ? 'email' : 'url'} autocomplete="off" value={target.value} onInput={({ currentTarget }) => (target.value = currentTarget.value)} />
        </FormField>
        <p class="form__actions">
          <button type="submit" class="button" disabled={isBusy}>
            Add it
          </button>
        </p>
        <p role="alert">{refusal}</p>
        {secret.value !== null && (
          <p class="form__actions" role="status">
            What it is told is signed with <code ref={shown}>{secret.value}</code> <CopyButton what="the secret" from={shown} /> It is not shown again.
          </p>
        )}
      </form>
    </details>
  )
}
