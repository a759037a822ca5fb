import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ApiClient } from '../api/api-client.ts'
import { toKeyOfShare } from '../api/credentials.ts'
import type { Session } from '../state/session.ts'
import { Brand } from '../widgets/icon.tsx'

export interface ShareDoorViewProps {
  readonly api: ApiClient
  readonly session: Session
  readonly token: string
}

/** The door of a shared link: it opens by itself, or asks for the link's password, or says why it stays shut. */
export function ShareDoorView({ api, session, token }: ShareDoorViewProps) {
  const field = useRef<HTMLInputElement>(null)
  const label = useSignal('Wayside')
  const asksPassword = useSignal(false)
  const entered = useSignal('')
  const problem = useSignal<string | null>(null)
  const isBusy = useSignal(false)

  const knock = async () => {
    const result = await api.shared(token)
    if (!result.ok) return void (problem.value = result.failure.detail)
    label.value = result.value.label
    asksPassword.value = result.value.hasPassword
    if (!result.value.hasPassword) session.signIn(toKeyOfShare(token, null))
  }
  useEffect(() => void knock(), [])
  useEffect(() => field.current?.focus(), [asksPassword.value])

  async function enter(event: Event) {
    event.preventDefault()
    isBusy.value = true
    problem.value = null
    const result = await api.openShared(token, entered.value)
    isBusy.value = false
    if (result.ok) return session.signIn(toKeyOfShare(token, result.value))
    problem.value = result.failure.detail
    field.current?.focus()
  }

  return (
    <main class="door">
      <div class="door__brand">
        <Brand />
        <h1>
          <bdi>{label.value}</bdi>
        </h1>
      </div>
      {asksPassword.value ? (
        <form class="card door__card" onSubmit={(event) => void enter(event)} noValidate>
          <label for="password">Password of this link</label>
          <input
            ref={field}
            id="password"
            type="password"
            autocomplete="off"
            value={entered.value}
            aria-invalid={problem.value !== null}
            aria-describedby="password-problem"
            onInput={(event) => (entered.value = event.currentTarget.value)}
          />
          <p id="password-problem" class="door__problem" role="alert">
            {problem.value}
          </p>
          <button type="submit" class="button button--main" disabled={isBusy.value}>
            {isBusy.value ? 'Checking…' : 'Open'}
          </button>
        </form>
      ) : (
        <p class="door__problem" role="alert">
          {problem.value}
        </p>
      )}
    </main>
  )
}
