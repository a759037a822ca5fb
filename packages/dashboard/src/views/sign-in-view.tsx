import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ApiClient } from '../api/api-client.ts'
import type { Session } from '../state/session.ts'
import { Brand } from '../widgets/icon.tsx'

export interface SignInViewProps {
  readonly api: ApiClient
  readonly session: Session
}

/** The door: enter a key, or make one together with its project where the server allows that. */
export function SignInView({ api, session }: SignInViewProps) {
  const field = useRef<HTMLInputElement>(null)
  const entered = useSignal('')
  const problem = useSignal<string | null>(null)
  // The server does not let everyone make keys; its words say how to get one.
  const refusal = useSignal<string | null>(null)
  const busy = useSignal<'checking' | 'making' | null>(null)
  useEffect(() => field.current?.focus(), [])

  async function enter(event: Event) {
    event.preventDefault()
    const key = entered.value.trim()
    if (key === '') {
      problem.value = 'Enter a key first.'
      field.current?.focus()
      return
    }
    busy.value = 'checking'
    problem.value = null
    const result = await api.project(key)
    busy.value = null
    if (result.ok) session.signIn(key)
    else {
      problem.value = result.failure.detail
      field.current?.focus()
    }
  }

  async function make() {
    busy.value = 'making'
    problem.value = null
    const result = await api.generateKey()
    busy.value = null
    if (result.ok) session.signIn(result.value, 'made')
    else if (result.failure.kind === 'key') refusal.value = result.failure.detail
    else problem.value = result.failure.detail
  }

  const message = problem.value ?? session.notice.value
  return (
    <main class="door">
      <div class="door__brand">
        <Brand />
        <h1>Wayside</h1>
      </div>
      <form class="card door__card" onSubmit={(event) => void enter(event)} noValidate>
        <label for="key">Key</label>
        <input
          ref={field}
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder="Read, admin or combined key"
          value={entered.value}
          aria-invalid={message !== null}
          aria-describedby="key-problem"
          onInput={(event) => (entered.value = event.currentTarget.value)}
        />
        <p id="key-problem" class="door__problem" role="alert">
          {message}
        </p>
        <button type="submit" class="button button--main" disabled={busy.value !== null}>
          {busy.value === 'checking' ? 'Checking…' : 'Open the dashboard'}
        </button>
        <div class="door__or">No key yet?</div>
        {refusal.value === null ? (
          <button type="button" class="button" disabled={busy.value !== null} onClick={() => void make()}>
            {busy.value === 'making' ? 'Making…' : 'Make a key'}
          </button>
        ) : (
          <p class="door__refusal" role="status">
            {refusal.value}
          </p>
        )}
        <p class="quiet">
          Invited here? <a href="login">Log in</a>
        </p>
        <p class="quiet">A new key comes with a new, empty project on this server. The key stays in this tab.</p>
      </form>
    </main>
  )
}
