import type { Share } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { record, text } from '../../api/checks.ts'
import { toFilter } from '../../state/chip.ts'
import { toShareAddress } from '../../state/share-link.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { CopyButton } from '../../widgets/copy-button.tsx'
import { nameChip } from '../dimension-words.ts'
import { useChange } from '../use-change.ts'

const DAY_MS = 86_400_000
const LIVES = [7, 30, 90, 365]

/** The project's shared links, and a form for another. */
export function SharesList() {
  const { api, dates, now, session } = useDashboard()
  const shares = useSignal<readonly Share[] | null>(null)
  const problem = useSignal<string | null>(null)
  const { isBusy, refusal, make } = useChange()
  const learn = async () => {
    const result = await api.page(session.key.peek() ?? '', { queries: {}, extras: { shares: {} } })
    problem.value = result.ok ? (result.value.problems['shares']?.detail ?? null) : result.failure.detail
    shares.value = result.ok ? (result.value.extras.shares?.shares ?? []) : []
  }
  useEffect(() => void learn(), [])

  async function revoke({ id, label }: Share) {
    if (!confirm(`End the link ${label}? Who has it sees nothing from then on.`)) return
    await make({ method: 'DELETE', path: `api/v1/shares?${new URLSearchParams({ id }).toString()}` }, record({}))
    await learn()
  }
  if (shares.value === null) return <p class="quiet">Asking…</p>
  if (problem.value !== null) return <p role="alert">{problem.value}</p>
  return (
    <>
      {shares.value.length > 0 && (
        <ul class="menu__values" aria-label="Shared links">
          {shares.value.map((share) => (
            <li key={share.id} class="menu__saved">
              <span class="menu__value">
                <bdi>{share.label}</bdi> <span class="quiet">{toStateWords(share, now.peek(), dates.value.day)}</span>
              </span>
              <button type="button" class="chip__remove" title="End" aria-label={`End the link ${share.label}`} disabled={isBusy} onClick={() => void revoke(share)}>
                <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="alert">{refusal}</p>
      <ShareForm onMade={() => void learn()} />
    </>
  )
}

function ShareForm({ onMade }: { readonly onMade: () => void }) {
  const { now, page, serverUrl } = useDashboard()
  const label = useSignal('')
  const password = useSignal('')
  const hosts = useSignal('')
  const days = useSignal('')
  const made = useSignal<{ readonly address: string; readonly isFramed: boolean } | null>(null)
  const address = useRef<HTMLElement>(null)
  const frame = useRef<HTMLElement>(null)
  const { isBusy, refusal, make } = useChange()
  const { chips } = page.value.scope
  const filter = toFilter(chips)

  async function save(event: Event) {
    event.preventDefault()
    const frameHosts = hosts.value.split(/[\s,]+/).filter((host) => host !== '')
    const body = {
      label: label.value.trim(),
      ...(filter !== null && { filter }),
      ...(password.value !== '' && { password: password.value }),
      ...(frameHosts.length > 0 && { frameHosts }),
      ...(days.value !== '' && { expiresAt: now.peek() + Number(days.value) * DAY_MS }),
    }
    const answer = await make({ method: 'POST', path: 'api/v1/shares', body }, record({ token: text, share: record({ id: text }) }))
    if (answer === null) return
    // The boundary cast: it was checked a moment ago.
    const { share, token } = answer as { readonly share: { readonly id: string }; readonly token: string }
    made.value = { address: toShareAddress(serverUrl, share.id, token), isFramed: frameHosts.length > 0 }
    label.value = password.value = hosts.value = ''
    onMade()
  }
  return (
    <form class="menu__filter" onSubmit={(event) => void save(event)}>
      <label class="menu__field">
        Title, as its readers see it
        <input type="text" required maxLength={80} value={label.value} onInput={({ currentTarget }) => (label.value = currentTarget.value)} />
      </label>
      <label class="menu__field">
        Password (none if empty)
        <input type="password" autocomplete="new-password" minLength={8} maxLength={256} value={password.value} onInput={({ currentTarget }) => (password.value = currentTarget.value)} />
      </label>
      <label class="menu__field">
        Ends
        <select value={days.value} onChange={({ currentTarget }) => (days.value = currentTarget.value)}>
          <option value="">When I end it</option>
          {LIVES.map((each) => (
            <option key={each} value={each}>
              After {each} days
            </option>
          ))}
        </select>
      </label>
      <label class="menu__field">
        Origins of pages that may frame it (none if empty)
        <input type="text" value={hosts.value} onInput={({ currentTarget }) => (hosts.value = currentTarget.value)} />
      </label>
      <p class="quiet">
        {filter === null ? (
          'Its readers see the figures of all requests. Set filters first to lock it to some.'
        ) : (
          <>
            Its readers see these requests alone: <bdi>{chips.map(nameChip).map(({ what, how, value }) => `${what} ${how} ${value}`).join(', ')}</bdi>.
          </>
        )}{' '}
        Nothing names a single caller.
      </p>
      <button type="submit" class="button button--small" disabled={isBusy}>
        Make a link
      </button>
      <p role="alert">{refusal}</p>
      {made.value !== null && (
        <div role="status">
          <p>It is not shown again:</p>
          <p>
            <code class="menu__link" ref={address}>
              {made.value.address}
            </code>{' '}
            <CopyButton what="the link" from={address} />
          </p>
          {made.value.isFramed && (
            <p>
              <code class="menu__link" ref={frame}>{`<iframe src="${made.value.address}" title="Wayside" width="100%" height="800"></iframe>`}</code> <CopyButton what="the frame" from={frame} />
            </p>
          )}
        </div>
      )}
    </form>
  )
}

function toStateWords({ expiresAt, filter, hasPassword }: Share, now: number, formatDay: (at: number) => string): string {
  const words = [
    ...(filter === null ? [] : ['filtered']),
    ...(hasPassword ? ['password'] : []),
    ...(expiresAt === null ? [] : [expiresAt <= now ? 'ended' : `until ${formatDay(expiresAt)}`]),
  ]
  return words.join(', ')
}
